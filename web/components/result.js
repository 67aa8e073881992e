import { html } from "/vendor/htm-preact.js";
import { t } from "../i18n.js";

/** What became of a transaction: a word and a colour. */
export function Result({ code, name }) {
  return code === 0
    ? html`<span class="tag good">${t("ok")}</span>`
    : html`<span class="tag bad">${t("failed")}: ${name}</span>`;
}
