import { messages } from "./messages.js";

const STORED = "rustorium.language";
const listeners = new Set();
let language = initialLanguage();
let errors;

export const languages = Object.keys(messages);
export const currentLanguage = () => language;

/** Changes the language of the whole page and remembers it. */
export function setLanguage(next) {
  language = next;
  document.documentElement.lang = next;
  try {
    localStorage.setItem(STORED, next);
  } catch {
    // Private windows may forbid it; the choice then lasts as long as the page.
  }
  for (const listener of listeners) listener();
}

/** Calls back after every change of the language. */
export function onLanguage(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The text with that key, its `{names}` filled in. */
export function t(key, values = {}) {
  return messages[language][key].replace(
    /\{(\w+)\}/g,
    (_, name) => String(values[name]),
  );
}

/** The sentence for an error of the node, with its evidence. */
export async function errorText({ message, data }) {
  if (language !== "en" && data?.name) {
    errors ??= fetch("/errors.json").then((response) => response.json());
    message = (await errors.catch(() => ({})))[data.name]?.[language] ??
      message;
  }
  return data?.name ? `${message} (${data.name})` : message;
}

function initialLanguage() {
  let stored;
  try {
    stored = localStorage.getItem(STORED);
  } catch {
    stored = null;
  }
  const wanted = stored ?? navigator.language.slice(0, 2);
  const known = Object.hasOwn(messages, wanted) ? wanted : "en";
  document.documentElement.lang = known;
  return known;
}
