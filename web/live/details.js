/** Senders and amounts of the transactions that are shown; a receipt does not tell them. */
import { call } from "../api.js";

const KEPT = 200;
const IN_FLIGHT_MAX = 3;
const known = new Map();
const wanted = [];
let inFlight = 0;

/** The transaction, or undefined until it is there; `onReady` is called then. */
export function details(hash, onReady) {
  if (known.has(hash)) return known.get(hash);
  known.set(hash, undefined);
  wanted.push({ hash, onReady });
  // Under load the newest rows are the ones that are looked at.
  wanted.splice(0, Math.max(0, wanted.length - 24)).forEach(({ hash }) =>
    known.delete(hash)
  );
  pump();
  return undefined;
}

async function pump() {
  if (inFlight >= IN_FLIGHT_MAX || wanted.length === 0) return;
  const { hash, onReady } = wanted.pop();
  inFlight++;
  try {
    known.set(hash, await call("transaction", { hash }));
    onReady();
  } catch {
    known.delete(hash);
  } finally {
    inFlight--;
    for (const old of [...known.keys()].slice(0, -KEPT)) known.delete(old);
    pump();
  }
}
