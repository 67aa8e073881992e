import type { CoreExports } from "../../core/mod.ts";
import { concat, viewOf } from "../../bytes/mod.ts";
import { PIECE_BYTES } from "../transfer/mod.ts";
import type { BatchFacts } from "./entry.ts";

/** Of what a chain may allow, as `core-wasm/src/genesis.rs` has it. */
export const PAYLOAD_BYTES_MAX = 2 << 20;
/** Of a slot table, and of each entry. */
const TABLE_HEAD_BYTES = 2;
const ENTRY_BYTES = 9;
/** Of an envelope before its body: key, signature, length. */
const ENVELOPE_HEAD_BYTES = 100;
const LENGTH_AT = 96;
/** Prefix of a node of a list tree. */
const NODE = 0x01;

/**
 * How a payload is cut. Under its root are the slot table and the envelopes; a
 * chunk has as many of them as a power of two says, so that its own root is a
 * node of that tree, and whoever has all these nodes can check each chunk alone.
 */
export interface Cut {
  leaves: number;
  leavesEach: number;
  chunks: number;
  /** Of a chunk, about. */
  bytesEach: number;
}

/** The one way to cut a payload, by what its header says: chunks of about {@linkcode PIECE_BYTES}. Undefined where no batch is so. */
export function cutOf(
  { payloadBytes, transactionCount }: Pick<
    BatchFacts,
    "payloadBytes" | "transactionCount"
  >,
): Cut | undefined {
  const bytesMin = transactionCount * ENVELOPE_HEAD_BYTES;
  if (payloadBytes > PAYLOAD_BYTES_MAX || payloadBytes <= bytesMin) {
    return undefined;
  }
  const leaves = transactionCount + 1;
  let leavesEach = 1;
  while (
    leavesEach < leaves && 2 * leavesEach * payloadBytes <= PIECE_BYTES * leaves
  ) leavesEach *= 2;
  const chunks = Math.ceil(leaves / leavesEach);
  const bytesEach = Math.ceil(payloadBytes / chunks);
  return { leaves, leavesEach, chunks, bytesEach };
}

/** The chunks of a payload; undefined where it is not what its header says. */
export function cutUp(payload: Uint8Array, cut: Cut): Uint8Array[] | undefined {
  const lengths = lengthsOf(payload, cut.leaves, true);
  if (!lengths) return undefined;
  const chunks: Uint8Array[] = [];
  let start = 0;
  let end = 0;
  for (let leaf = 0; leaf < cut.leaves; leaf++) {
    end += lengths[leaf]!;
    const isLast = (leaf + 1) % cut.leavesEach === 0 ||
      leaf + 1 === cut.leaves;
    if (!isLast) continue;
    chunks.push(payload.subarray(start, end));
    start = end;
  }
  return chunks;
}

/** The node over a chunk; undefined where these bytes are none of that number. */
export function nodeOver(
  core: Pick<CoreExports, "listRoot">,
  chunk: Uint8Array,
  { leaves, leavesEach }: Cut,
  index: number,
): Uint8Array | undefined {
  const count = Math.min(leavesEach, leaves - index * leavesEach);
  const lengths = lengthsOf(chunk, count, index === 0);
  return lengths && core.listRoot(chunk, lengths);
}

/** The root over the nodes of all chunks. */
export function rootOver(
  core: Pick<CoreExports, "hashOf">,
  nodes: readonly Uint8Array[],
): Uint8Array {
  let level = nodes;
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let at = 0; at < level.length; at += 2) {
      const [left, right] = [level[at]!, level[at + 1]];
      above.push(right ? core.hashOf(NODE, concat(left, right)) : left);
    }
    level = above;
  }
  return level[0] ?? new Uint8Array();
}

/** Lengths of so many leaves that stand one behind the other; undefined where they are not exactly so many. */
function lengthsOf(
  bytes: Uint8Array,
  count: number,
  hasTable: boolean,
): Uint32Array | undefined {
  const view = viewOf(bytes);
  const lengths = new Uint32Array(count);
  let at = 0;
  for (let leaf = 0; leaf < count; leaf++) {
    const left = bytes.length - at;
    const isTable = hasTable && leaf === 0;
    if (left < (isTable ? TABLE_HEAD_BYTES : ENVELOPE_HEAD_BYTES)) {
      return undefined;
    }
    const length = isTable
      ? TABLE_HEAD_BYTES + ENTRY_BYTES * view.getUint16(at, true)
      : ENVELOPE_HEAD_BYTES + view.getUint32(at + LENGTH_AT, true);
    if (length > left) return undefined;
    lengths[leaf] = length;
    at += length;
  }
  return at === bytes.length ? lengths : undefined;
}
