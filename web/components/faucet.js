import { html, useRef, useState } from "/vendor/htm-preact.js";
import { call } from "../api.js";
import { number } from "../format.js";
import { errorText, t } from "../i18n.js";
import { TransactionLink } from "./link.js";

/** Asks for coins; with `address` for that account, else for the one typed in. */
export function Faucet({ address, onPaid = () => {} }) {
  const input = useRef();
  const [outcome, setOutcome] = useState({});
  const pay = async (event) => {
    event.preventDefault();
    const to = address ?? input.current.value.trim();
    setOutcome({ busy: true });
    try {
      const started = performance.now();
      const { hash, height } = await call("faucet", { address: to });
      const ms = Math.round(performance.now() - started);
      const { body } = await call("transaction", { hash });
      setOutcome({ hash, height, ms, amount: body.actions[0].amount });
      onPaid();
    } catch (failure) {
      setOutcome({ problem: await errorText(failure) });
    }
  };
  return html`
    <form class=${address ? "faucet here" : "faucet"} onSubmit=${pay}>
      ${address === undefined && html`
        <label for="faucet-address">${t("faucetAddress")}</label>
        <input
          id="faucet-address"
          ref=${input}
          class="mono"
          required
          maxlength="128"
          autocomplete="off"
          spellcheck="false"
          placeholder="rst1…"
        />
      `}
      <button type="submit" class="primary" disabled=${outcome.busy}>
        ${t(
          outcome.busy ? "faucetBusy" : address ? "faucetHere" : "faucetButton",
        )}
      </button>
      <p class="outcome" role="status" data-outcome=${outcome.problem
        ? "problem"
        : outcome.hash
        ? "paid"
        : "none"}>
        ${outcome.problem}
        ${outcome.hash && html`
          ${t("faucetDone", {
            amount: number(outcome.amount),
            height: number(outcome.height),
            ms: outcome.ms,
          })} <${TransactionLink} hash=${outcome.hash} />
        `}
      </p>
    </form>
  `;
}
