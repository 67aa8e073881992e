import { html } from "/vendor/htm-preact.js";
import { t } from "../i18n.js";

const NOT_FOUND = 606;

/** What stands where an answer of the node is not there (yet). */
export function NoAnswer({ answer }) {
  if (answer.error === undefined) {
    return html`<p class="soft" role="status">${t("loading")}</p>`;
  }
  const title = t(answer.code === NOT_FOUND ? "notFound" : "errorTitle");
  return html`
    <section class="card">
      <h1>${title}</h1>
      <p role="alert">${answer.error}</p>
      <p><a href="#/">${t("back")}</a></p>
    </section>
  `;
}
