import { html } from "/vendor/htm-preact.js";
import { LatestBlocks } from "../components/blocks.js";
import { Faucet } from "../components/faucet.js";
import { Halt } from "../components/halt.js";
import { Stats } from "../components/stats.js";
import { Ticker } from "../components/ticker.js";
import { LatestTransactions } from "../components/transactions.js";
import { useLive } from "../hooks.js";
import { t } from "../i18n.js";
import { live } from "../live/store.js";

export function Home() {
  useLive();
  return html`
    <h1 class="hero">${t("tagline")}<span class="mono soft">${live.status
      ?.chain_id}</span></h1>
    <${Halt} />
    <${Stats} />
    <${Ticker} />
    <div class="columns">
      <${LatestTransactions} />
      <div class="stack">
        <section class="card" aria-labelledby="faucet-title">
          <h2 id="faucet-title">${t("faucet")}</h2>
          <p class="soft">${t("faucetText")}</p>
          <${Faucet} />
        </section>
        <${LatestBlocks} />
      </div>
    </div>
  `;
}
