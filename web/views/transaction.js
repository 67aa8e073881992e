import { html } from "/vendor/htm-preact.js";
import { call } from "../api.js";
import { NoAnswer } from "../components/answer.js";
import { Copy } from "../components/copy.js";
import { Facts } from "../components/facts.js";
import { AccountLink, BlockLink } from "../components/link.js";
import { Result } from "../components/result.js";
import { memoText, number } from "../format.js";
import { useAnswer } from "../hooks.js";
import { t } from "../i18n.js";

const WAIT_MS = 10_000;

export function Transaction({ value: hash }) {
  // Waits a little, as the link may be younger than the block.
  const answer = useAnswer(
    () => call("wait", { hash, timeout_ms: WAIT_MS }),
    [hash],
  );
  if (!answer.value) return html`<${NoAnswer} answer=${answer} />`;
  const { body, ...transaction } = answer.value;
  return html`
    <section class="card" aria-labelledby="transaction-title">
      <h1
        id="transaction-title">${t("transaction")} <${Result} code=${transaction
          .code} name=${transaction.code_name} /></h1>
      <p
        class="identity"><span class="mono">${hash}</span> <${Copy} text=${hash} /></p>
      <h2>${t("actions")}</h2>
      <ol class="actions">
        ${body.actions.map(({ to, amount }) =>
          html`
            <li>
              <span class="tag">${t("transfer")}</span>
              <span class="mono strong">${number(amount)}</span>
              <span aria-hidden="true">→</span>
              <${AccountLink} address=${to} />
            </li>
          `
        )}
      </ol>
      <${Facts} rows=${[
        [
          t("sender"),
          html`<${AccountLink} address=${transaction.sender} whole />`,
        ],
        [t("block"), html`<${BlockLink} height=${transaction.height} />`],
        [t("index"), number(transaction.index)],
        [t("fee"), number(transaction.fee)],
        [
          t("gasUsed"),
          `${number(transaction.gas_used)} / ${number(body.gas_limit)}`,
        ],
        [t("maxFee"), number(body.max_fee)],
        [t("lane"), number(body.lane)],
        [t("nonce"), number(body.nonce)],
        [t("validUntil"), number(body.valid_until)],
        [t("memo"), memoText(body.memo)],
      ]} />
    </section>
  `;
}
