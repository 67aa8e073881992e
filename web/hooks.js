import { useEffect, useReducer, useState } from "/vendor/htm-preact.js";
import { currentLanguage, errorText, onLanguage } from "./i18n.js";
import { onLive } from "./live/store.js";

/** Draws a component again when its source tells of a change. */
function useSource(subscribe) {
  const [, draw] = useReducer((count) => count + 1, 0);
  useEffect(() => subscribe(draw), []);
  return draw;
}

export const useLive = () => useSource(onLive);

export function useLanguage() {
  useSource(onLanguage);
  return currentLanguage();
}

/** The time, moving every second. */
export function useNow() {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** The outcome of asking the node, again whenever `keys` change: `{value}`, `{error}` or `{}` while it runs. */
export function useAnswer(ask, keys) {
  const [answer, setAnswer] = useState({});
  useEffect(() => {
    let current = true;
    const settle = (next) => current && setAnswer(next);
    ask().then(
      (value) => settle({ value }),
      async (failure) =>
        settle({ error: await errorText(failure), code: failure.code }),
    );
    return () => current = false;
  }, keys);
  return answer;
}
