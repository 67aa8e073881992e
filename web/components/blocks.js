import { html } from "/vendor/htm-preact.js";
import { age, number } from "../format.js";
import { useLive, useNow } from "../hooks.js";
import { t } from "../i18n.js";
import { live } from "../live/store.js";
import { AccountLink, BlockLink } from "./link.js";

const SHOWN = 12;

export function LatestBlocks() {
  useLive();
  const now = useNow();
  return html`
    <section class="card" aria-labelledby="blocks-title">
      <h2 id="blocks-title">${t("latestBlocks")}</h2>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">${t("height")}</th>
              <th scope="col" class="right">${t("transactions")}</th>
              <th scope="col" class="wide">${t("proposer")}</th>
              <th scope="col" class="right">${t("age")}</th>
            </tr>
          </thead>
          <tbody>
            ${live.blocks.slice(0, SHOWN).map((block) =>
              html`
                <tr key=${block.height}>
                  <td>
                    <${BlockLink} height=${block.height} />
                  </td>
                  <td class="right mono">${number(block.transactions)}</td>
                  <td class="wide">
                    <${AccountLink} address=${block.proposer} />
                  </td>
                  <td class="right soft">${age(block.time_ms, now)}</td>
                </tr>
              `
            )}
          </tbody>
        </table>
      </div>
    </section>
  `;
}
