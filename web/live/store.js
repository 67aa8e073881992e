/** What the page knows of the running chain. Everything kept is bounded. */
import { call, follow } from "../api.js";

const BLOCKS_KEPT = 240;
const TRANSACTIONS_KEPT = 12;
const PAST_BLOCKS = 40;
const STATUS_EVERY_MS = 2_000;

const listeners = new Set();
let scheduled = false;

export const live = {
  /** connecting | live | offline */
  connection: "connecting",
  status: undefined,
  validators: undefined,
  /** Newest first. */
  blocks: [],
  /** Newest first. */
  transactions: [],
};

/** Calls back at most once a frame after changes. */
export function onLive(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Begins to follow the chain. */
export function startLive() {
  follow({
    topics: ["blocks", "receipts"],
    async start() {
      await refreshStatus();
      live.validators ??= await call("validators");
      return Math.max(0, live.status.height - PAST_BLOCKS);
    },
    onState(connection) {
      live.connection = connection;
      changed();
    },
    onEvent(events) {
      for (const { topic, data } of events) {
        if (topic === "blocks") addBlock(data);
        else addReceipts(data);
      }
      changed();
    },
  });
  setInterval(() => {
    if (document.visibilityState === "visible" && live.connection === "live") {
      refreshStatus().catch(() => {});
    }
  }, STATUS_EVERY_MS);
}

async function refreshStatus() {
  live.status = await call("status");
  changed();
}

function addBlock(block) {
  live.blocks = [block, ...live.blocks].slice(0, BLOCKS_KEPT);
}

function addReceipts({ height, receipts }) {
  const newest = receipts.slice(-TRANSACTIONS_KEPT).reverse()
    .map((receipt) => ({ ...receipt, height }));
  live.transactions = [...newest, ...live.transactions]
    .slice(0, TRANSACTIONS_KEPT);
}

function changed() {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => {
    scheduled = false;
    for (const listener of listeners) listener();
  });
}
