import { html } from "/vendor/htm-preact.js";
import { number } from "../format.js";
import { useLive } from "../hooks.js";
import { t } from "../i18n.js";
import { live } from "../live/store.js";

const SHOWN = 24;

/** The chain as a row of linked blocks, the newest in front, as high as they are full. */
export function Ticker() {
  useLive();
  const blocks = live.blocks.slice(0, SHOWN);
  const most = Math.max(1, ...blocks.map(({ transactions }) => transactions));
  if (blocks.length === 0) {
    return html`<p class="ticker-empty">${t("noBlocks")}</p>`;
  }
  return html`
    <ol class="ticker" aria-label=${t("tickerLabel")} tabindex="0">
      ${blocks.map(({ height, transactions }) =>
        html`
          <li key=${height}>
            <a href=${`#/block/${height}`} class=${transactions > 0
              ? "cube full"
              : "cube"} aria-label=${`${t("block")} ${height}, ${
              t("transactions")
            }: ${transactions}`}>
              <span class="fill" style=${`height:${
                fillOf(transactions, most)
              }%`}></span>
              <span class="cube-height">${number(height)}</span>
              <span class="cube-count">${number(
                transactions,
              )} <small>tx</small></span>
            </a>
          </li>
        `
      )}
    </ol>
  `;
}

/** By the logarithm, so that one transaction is seen beside thousands. */
function fillOf(transactions, most) {
  if (transactions === 0) return 0;
  return Math.round(15 + 85 * Math.log1p(transactions) / Math.log1p(most));
}
