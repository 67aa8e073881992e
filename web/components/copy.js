import { html, useState } from "/vendor/htm-preact.js";
import { t } from "../i18n.js";

const SHOWN_MS = 1_500;

/** A button that puts a text on the clipboard, where the browser has one to offer. */
export function Copy({ text }) {
  const [done, setDone] = useState(false);
  if (!navigator.clipboard) return null;
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    setTimeout(() => setDone(false), SHOWN_MS);
  };
  return html`
    <button type="button" class="copy" onClick=${copy}>
      ${t(done ? "copied" : "copy")}
    </button>
  `;
}
