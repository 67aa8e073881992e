import { html } from "/vendor/htm-preact.js";
import { useLive } from "../hooks.js";
import { t } from "../i18n.js";
import { live } from "../live/store.js";
import { short } from "../format.js";

export function Footer() {
  useLive();
  const { status } = live;
  return html`
    <footer class="bottom">
      <p>${t("footer")}</p>
      ${status && html`
        <p class="mono">
          ${status.chain_id} · <abbr title=${status.genesis_hash}>${short(
            status.genesis_hash,
          )}</abbr> · v${status.version}
        </p>
      `}
    </footer>
  `;
}
