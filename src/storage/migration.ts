/** From format 1: results held every id, the index the whole ids. */
import type { Kv, KvKey, KvMutation } from "../platform/mod.ts";
import type { BlockResult } from "../execution/types.ts";
import { getBlob, isCorrupt } from "./blob.ts";
import type { CommitQueue } from "./commit_queue.ts";
import { setFormat } from "./meta.ts";
import { Reader } from "./reader.ts";
import type { Results } from "./results.ts";

const RESULT = "result";
const ROOT_BYTES = 32;

/** Writes each result in the new form before its old one goes, so that it can be interrupted anywhere; the index is made again from them. */
export async function migrate(
  kv: Kv,
  queue: CommitQueue,
  results: Results,
): Promise<void> {
  for (
    let height = await firstOf(kv);
    height !== undefined;
    height = await firstOf(kv)
  ) {
    const record = await read(kv, height);
    if (record) await results.put(await results.pack(decode(height, record)));
    await remove(kv, queue, [RESULT, height]);
  }
  await remove(kv, queue, ["index"]);
  await queue.commit([setFormat()]);
}

/** The last one may be torn: it was never acknowledged. */
async function read(kv: Kv, height: bigint): Promise<Uint8Array | undefined> {
  try {
    return await getBlob(kv, [RESULT, height]);
  } catch (thrown) {
    if (isCorrupt(thrown) && height === await firstOf(kv, true)) {
      return undefined;
    }
    throw thrown;
  }
}

async function firstOf(kv: Kv, reverse = false): Promise<bigint | undefined> {
  const first = kv.list({ prefix: [RESULT] }, { reverse, limit: 1 });
  for await (const { key } of first) return key[1] as bigint;
  return undefined;
}

async function remove(kv: Kv, queue: CommitQueue, prefix: KvKey) {
  let keys: KvMutation[] = [];
  for await (const { key } of kv.list({ prefix })) {
    keys.push({ type: "delete", key });
    if (keys.length < DELETED_AT_ONCE) continue;
    await queue.commitAll(keys);
    keys = [];
  }
  await queue.commitAll(keys);
}

const DELETED_AT_ONCE = 10_000;

function decode(height: bigint, record: Uint8Array): BlockResult {
  const reader = new Reader(record);
  return {
    height,
    stateRoot: reader.take(ROOT_BYTES),
    receiptsRoot: reader.take(ROOT_BYTES),
    messagesRoot: reader.take(ROOT_BYTES),
    gasUsed: reader.u64(),
    transactionIds: reader.take(reader.u32()),
    receipts: reader.rest(),
  };
}
