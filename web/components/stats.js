import { html } from "/vendor/htm-preact.js";
import { decimal, duration, number } from "../format.js";
import { useLive, useNow } from "../hooks.js";
import { t } from "../i18n.js";
import { blockInterval, throughput } from "../live/figures.js";
import { live } from "../live/store.js";
import { Sparkline } from "./sparkline.js";

const SMOOTH_SECONDS = 5;

/** The figures of the chain at a glance. */
export function Stats() {
  useLive();
  const now = useNow();
  const { blocks, status, validators } = live;
  const seconds = throughput(blocks, Math.max(now, blocks[0]?.time_ms ?? 0));
  const recent = seconds.slice(-1 - SMOOTH_SECONDS, -1);
  const rate = recent.reduce((sum, count) => sum + count, 0) / SMOOTH_SECONDS;
  const interval = blockInterval(blocks);
  const height = blocks[0]?.height ?? status?.height;
  return html`
    <dl class="stats">
      <${Stat} name="height" strong value=${height === undefined
        ? "…"
        : number(height)} note=${t("heightNote")} />
      <${Stat} name="throughput" value=${decimal(rate, 1)} unit=${t(
        "throughputUnit",
      )}
        note=${t("throughputNote")}>
        <${Sparkline} values=${seconds} label=${t("throughputChart", {
          now: decimal(rate, 1),
          max: Math.max(...seconds),
        })} />
        <//>
        <${Stat} name="blockTime" value=${interval.milliseconds === undefined
          ? "…"
          : duration(interval.milliseconds)} note=${t("blockTimeNote", {
            count: interval.count,
          })} />
        <${Stat} name="baseFee" value=${status
          ? number(status.base_fee)
          : "…"} note=${t("baseFeeNote")} />
        <${Stat} name="waiting" value=${status
          ? number(status.mempool.transactions)
          : "…"} note=${t("waitingNote")} />
        <${Stat} name="validators" value=${validators
          ? number(validators.validators.length)
          : "…"} note=${t("validatorsNote", { peers: status?.peers ?? 0 })} />
        </dl>
  `;
}

function Stat({ name, value, unit, note, strong, children }) {
  return html`
    <div class=${`stat stat-${name}${strong ? " stat-strong" : ""}`}>
      <dt>${t(name)}</dt>
      <dd>
        <span class="figure" data-figure=${name}>${value}${unit && html`
          <small>${unit}</small>
        `}</span>
        ${children}
        <span class="note">${note}</span>
      </dd>
    </div>
  `;
}
