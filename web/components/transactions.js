import { html, useReducer } from "/vendor/htm-preact.js";
import { number } from "../format.js";
import { useLive } from "../hooks.js";
import { t } from "../i18n.js";
import { details } from "../live/details.js";
import { live } from "../live/store.js";
import { AccountLink, BlockLink, TransactionLink } from "./link.js";
import { Result } from "./result.js";

export function LatestTransactions() {
  useLive();
  const { transactions } = live;
  return html`
    <section class="card" aria-labelledby="transactions-title">
      <h2 id="transactions-title">${t("latestTransactions")}</h2>
      ${transactions.length === 0
        ? html`<p class="soft">${t("noTransactions")}</p>`
        : html`
          <div class="scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">${t("hash")}</th>
                  <th scope="col">${t("block")}</th>
                  <th scope="col" class="wide">${t("from")} → ${t("to")}</th>
                  <th scope="col" class="right">${t("amount")}</th>
                  <th scope="col">${t("result")}</th>
                </tr>
              </thead>
              <tbody>
                ${transactions.map((receipt) =>
                  html`<${Row} key=${receipt.hash} receipt=${receipt} />`
                )}
              </tbody>
            </table>
          </div>
        `}
    </section>
  `;
}

function Row({ receipt }) {
  const [, draw] = useReducer((count) => count + 1, 0);
  const found = details(receipt.hash, draw);
  const transfer = found?.body.actions[0];
  return html`
    <tr>
      <td>
        <${TransactionLink} hash=${receipt.hash} />
      </td>
      <td>
        <${BlockLink} height=${receipt.height} />
      </td>
      <td class="wide">${transfer && html`
        <${AccountLink} address=${found.sender} />
        <span aria-hidden="true"> → </span>
        <${AccountLink} address=${transfer.to} />
      `}</td>
      <td class="right mono">${transfer && number(transfer.amount)}</td>
      <td>
        <${Result} code=${receipt.code} name=${receipt.code_name} />
      </td>
    </tr>
  `;
}
