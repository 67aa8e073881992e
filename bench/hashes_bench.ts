/**
 * BLAKE3 and list trees. References: @noble/hashes, SHA-256 of node:crypto, and
 * the artefact without vectors, which hashes one input after the other.
 */
import { blake3 } from "@noble/hashes/blake3.js";
import { createHash } from "node:crypto";
import { join } from "../src/bytes/mod.ts";
import { createCore, loadCoreModule } from "../src/core/mod.ts";

const core = createCore(await loadCoreModule());
const artefacts = [
  ["core", core],
  ["compat", createCore(await loadCoreModule("compat"))],
] as const;

for (const bytes of [64, 1024, 1024 * 1024]) {
  const input = new Uint8Array(bytes).fill(7);
  const group = `hash/bytes=${bytes}`;
  Deno.bench({
    name: `node:crypto::sha256/bytes=${bytes}`,
    group,
    baseline: true,
    fn: () => void createHash("sha256").update(input).digest(),
  });
  Deno.bench({
    name: `noble::blake3/bytes=${bytes}`,
    group,
    fn: () => void blake3(input),
  });
  Deno.bench({
    name: `core::hash_of/bytes=${bytes}`,
    group,
    fn: () => void core.hashOf(0x15, input),
  });
}

for (const bytes of [33, 65, 125, 165]) {
  const items = 1_000;
  const whole = Uint8Array.from({ length: items * bytes }, (_, at) => at * 31);
  const lengths = new Uint32Array(items).fill(bytes);
  for (const [name, core] of artefacts) {
    Deno.bench({
      name: `${name}::hashes_of/items=${items},bytes=${bytes}`,
      group: `hashes_of/bytes=${bytes}`,
      baseline: name === "compat",
      fn: () => void core.hashesOf(whole, lengths),
    });
  }
}

for (const items of [16, 1_000, 10_000]) {
  const whole = Uint8Array.from({ length: items * 32 }, (_, at) => at * 31);
  const lengths = new Uint32Array(items).fill(32);
  for (const [name, core] of artefacts) {
    Deno.bench({
      name: `${name}::list_root/items=${items}`,
      group: `list_root/items=${items}`,
      baseline: name === "compat",
      fn: () => void core.listRoot(whole, lengths),
    });
  }
}

const genesisHash = new Uint8Array(32).fill(1);
const author = new Uint8Array(32).fill(2);

/** Transactions of so many senders; nobody looks at bodies and signatures here. */
function payloadOf(transactions: number): Uint8Array {
  const slots = Map.groupBy(
    Array.from({ length: transactions }, (_, at) => {
      const envelope = new Uint8Array(165).map((_, byte) => at * 7 + byte);
      const view = new DataView(envelope.buffer);
      view.setUint32(0, at);
      view.setUint32(96, envelope.length - 100, true);
      return envelope;
    }),
    (envelope) => core.slotOf(envelope.subarray(0, 32)),
  );
  const sections = [...slots].sort(([one], [other]) => one - other);
  const table = new DataView(new ArrayBuffer(2 + 9 * sections.length));
  table.setUint16(0, sections.length, true);
  let offset = 0;
  sections.forEach(([slot, { length }], at) => {
    table.setUint8(2 + 9 * at, slot);
    table.setUint32(3 + 9 * at, length, true);
    table.setUint32(7 + 9 * at, offset, true);
    offset += length * 165;
  });
  const envelopes = sections.flatMap(([, envelopes]) => envelopes);
  return join([new Uint8Array(table.buffer), ...envelopes]);
}

const transactions = 1_000;
const payload = payloadOf(transactions);
for (const [name, core] of artefacts) {
  Deno.bench({
    name: `${name}::payload_ids/transactions=${transactions}`,
    group: "payload_ids",
    baseline: name === "compat",
    fn: () => void core.payloadIds(genesisHash, payload),
  });
  Deno.bench({
    name: `${name}::batch_header/transactions=${transactions}`,
    group: "batch_header",
    baseline: name === "compat",
    fn: () => void core.batchHeader(genesisHash, author, 1n, 50n, payload),
  });
}
