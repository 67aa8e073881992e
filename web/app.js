import {
  html,
  render,
  useEffect,
  useRef,
  useState,
} from "/vendor/htm-preact.js";
import { Footer } from "./components/footer.js";
import { Header } from "./components/header.js";
import { useLanguage } from "./hooks.js";
import { startLive } from "./live/store.js";
import { parseRoute } from "./route.js";
import { Account } from "./views/account.js";
import { Block } from "./views/block.js";
import { Home } from "./views/home.js";
import { Nothing } from "./views/nothing.js";
import { Transaction } from "./views/transaction.js";
import { t } from "./i18n.js";

const VIEWS = {
  account: Account,
  block: Block,
  home: Home,
  nothing: Nothing,
  transaction: Transaction,
};

function App() {
  const language = useLanguage();
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  const main = useRef();
  useEffect(() => {
    const move = () => {
      setRoute(parseRoute(location.hash));
      scrollTo(0, 0);
      // Tells those who do not see the page that it is another one.
      main.current?.focus({ preventScroll: true });
    };
    addEventListener("hashchange", move);
    return () => removeEventListener("hashchange", move);
  }, []);
  // The part of the URL behind # names the view, so the link itself must not change it.
  const skip = (event) => {
    event.preventDefault();
    main.current.focus();
  };
  const View = VIEWS[route.view];
  return html`
    <a class="skip" href="#content" onClick=${skip}>${t("skip")}</a>
    <${Header} route=${route} />
    <main id="content" ref=${main} tabindex="-1">
      <${View} key=${`${route.view}${route.value}${language}`} value=${route
        .value} />
    </main>
    <${Footer} />
  `;
}

render(html`<${App} />`, document.getElementById("app"));
startLive();
