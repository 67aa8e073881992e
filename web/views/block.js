import { html } from "/vendor/htm-preact.js";
import { call } from "../api.js";
import { NoAnswer } from "../components/answer.js";
import { Facts } from "../components/facts.js";
import { AccountLink, TransactionLink } from "../components/link.js";
import { dateTime, number } from "../format.js";
import { useAnswer, useLive } from "../hooks.js";
import { t } from "../i18n.js";
import { live } from "../live/store.js";

const SHOWN = 100;

export function Block({ value: height }) {
  useLive();
  const answer = useAnswer(() => call("block", { height }), [height]);
  if (!answer.value) return html`<${NoAnswer} answer=${answer} />`;
  const block = answer.value;
  const tip = live.blocks[0]?.height ?? height;
  const { round, signatures } = block.certificate;
  return html`
    <section class="card" aria-labelledby="block-title">
      <div class="title-row">
        <h1 id="block-title">${t("block")} <span class="mono">${number(
          height,
        )}</span></h1>
        <nav aria-label=${t("block")}>
          ${height > 1 &&
            html`<a class="button" rel="prev" href=${`#/block/${
              height - 1
            }`}>← ${t("previous")}</a>`}
          ${height < tip &&
            html`<a class="button" rel="next" href=${`#/block/${height + 1}`}>${
              t("next")
            } →</a>`}
        </nav>
      </div>
      <${Facts} rows=${[
        [
          t("time"),
          html`<time datetime=${new Date(block.time_ms).toISOString()}>${
            dateTime(block.time_ms)
          }</time>`,
        ],
        [t("transactions"), number(block.transactions)],
        [t("batches"), number(block.batches.length)],
        [
          t("proposer"),
          html`<${AccountLink} address=${block.proposer} whole />`,
        ],
        [t("blockId"), html`<span class="mono">${block.block_id}</span>`],
        [
          t("parent"),
          height > 1
            ? html`<a class="mono" href=${`#/block/${
              height - 1
            }`}>${block.parent}</a>`
            : html`<span class="mono">${block.parent}</span>`,
        ],
        [t("appHash"), html`<span class="mono">${block.app_hash}</span>`],
        [t("baseFee"), number(block.base_fee)],
        [
          t("certificate"),
          t("certificateText", { round, count: signatures.length }),
        ],
      ]} />
      <h2>${t("blockTransactions")}</h2>
      <${Ids} block=${block} />
    </section>
  `;
}

function Ids({ block }) {
  const shown = block.transaction_ids.slice(0, SHOWN);
  if (block.transactions === 0) {
    return html`<p class="soft">${t("emptyBlock")}</p>`;
  }
  return html`
    <ol class="ids">
      ${shown.map((hash) =>
        html`
          <li key=${hash}>
            <${TransactionLink} hash=${hash} whole />
          </li>
        `
      )}
    </ol>
    ${shown.length < block.transactions &&
      html`<p class="soft">${
        t("blockTransactionsMore", {
          shown: shown.length,
          total: number(block.transactions),
        })
      }</p>`}
  `;
}
