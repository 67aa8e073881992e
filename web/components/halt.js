import { html } from "/vendor/htm-preact.js";
import { number } from "../format.js";
import { useLive } from "../hooks.js";
import { t } from "../i18n.js";
import { live } from "../live/store.js";

/** Says that nothing is decided any more, and who is missing. */
export function Halt() {
  useLive();
  const { halted, consensus } = live.status ?? {};
  if (!halted) return null;
  return html`
    <section class="card halt" role="alert">
      <h2>${t("halted")}</h2>
      ${consensus && html`
        <p>${t("haltedText", {
          seconds: number(Math.round(consensus.since_decision_ms / 1000)),
          heard: number(consensus.power_heard),
          total: number(consensus.power_total),
        })}</p>
        <ul class="mono">${consensus.unheard.map((one) =>
          html`<li>${one}</li>`
        )}</ul>
      `}
    </section>
  `;
}
