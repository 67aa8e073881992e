import { html } from "/vendor/htm-preact.js";
import { t } from "../i18n.js";

export function Nothing() {
  return html`
    <section class="card">
      <h1>${t("notFound")}</h1>
      <p>${t("notFoundText")}</p>
      <p><a href="#/">${t("back")}</a></p>
    </section>
  `;
}
