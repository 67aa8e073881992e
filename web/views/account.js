import { html } from "/vendor/htm-preact.js";
import { call } from "../api.js";
import { NoAnswer } from "../components/answer.js";
import { Copy } from "../components/copy.js";
import { Facts } from "../components/facts.js";
import { Faucet } from "../components/faucet.js";
import { number } from "../format.js";
import { useAnswer, useLive } from "../hooks.js";
import { t } from "../i18n.js";
import { live } from "../live/store.js";

export function Account({ value: address }) {
  useLive();
  // The balance may change with any block that is not empty.
  const changes = live.transactions[0]?.hash;
  const answer = useAnswer(() => call("account", { address }), [
    address,
    changes,
  ]);
  if (!answer.value) return html`<${NoAnswer} answer=${answer} />`;
  const account = answer.value;
  return html`
    <section class="card" aria-labelledby="account-title">
      <h1 id="account-title">${t("account")}</h1>
      <p class="identity"><span class="mono">${account
        .address}</span> <${Copy} text=${account.address} /></p>
      <p class="balance"><span class="soft">${t("balance")}</span>
        <span class="figure" data-figure="balance">${number(
          account.balance,
        )}</span>
      </p>
      ${!account.exists && html`<p class="soft">${t("neverSeen")}</p>`}
      <${Facts} rows=${[
        [t("nextNonce"), number(account.nonce)],
        [
          t("lanes"),
          account.lanes.map((entry) => t("laneEntry", entry)).join(", "),
        ],
      ]} />
      <p class="soft note">${t("asOf", { height: number(account.height) })}</p>
      <${Faucet} address=${account.address} />
    </section>
  `;
}
