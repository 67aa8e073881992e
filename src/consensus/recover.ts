import { EXECUTION_LAG } from "../core/mod.ts";
import { fromBinary } from "@bufbuild/protobuf";
import { ErrorCode, fault } from "../errors/mod.ts";
import { offenceOf } from "../offence/mod.ts";
import type { Log } from "../platform/types.ts";
import {
  type Block,
  BlockSchema,
  type Header,
} from "../proto/gen/rustorium/v1/block_pb.ts";
import type { Store, StoredBlock } from "../storage/types.ts";
import type { Execution } from "./execution.ts";
import { type History, HISTORY_HEIGHTS } from "./history.ts";
import type { HeaderRules, Tip } from "./rules.ts";

export interface RecoverOptions {
  store: Store;
  execution: Execution;
  rules: HeaderRules;
  history: History;
  log: Log;
}

export interface Recovered {
  tip: Tip;
  /** The last of the latest heights that had transactions; 0 when none of them had. */
  fullHeight: bigint;
}

/**
 * Executes what the store has beyond the executor's state, and compares each
 * header with the results that it carries. Throws REPLAY_MISMATCH.
 */
export async function recover(options: RecoverOptions): Promise<Recovered> {
  const { store, execution, rules, log } = options;
  const height = await store.tip();
  const from = execution.height;
  if (from < height) log.info("executing stored blocks", { from, height });
  for (let next = from + 1n; next <= height; next++) {
    const { stored, header } = await read(store, next);
    const lagged = next > EXECUTION_LAG ? next - EXECUTION_LAG : 0n;
    rules.checkResults(header, await execution.roots(lagged));
    execution.push(stored);
    await execution.whenExecuted(next);
  }
  await remember(options, height);
  if (height === 0n) return { tip: rules.genesisTip, fullHeight: 0n };
  const { stored, header } = await read(store, height);
  const { blockId, certificate } = stored;
  const { timeMs, baseFee } = header;
  return {
    tip: { height, blockId, timeMs, certificate, baseFee },
    fullHeight: await lastFull(store, height),
  };
}

/** What the last blocks named must not be named again. */
async function remember(
  { store, history }: RecoverOptions,
  height: bigint,
): Promise<void> {
  const from = height > HISTORY_HEIGHTS ? height - HISTORY_HEIGHTS : 0n;
  for (let at = from + 1n; at <= height; at++) {
    const { block } = await read(store, at);
    history.add(at, namedBy(block));
  }
}

/** What no later block may name again. */
export function namedBy({ batches, evidence }: Block): Uint8Array[] {
  return [
    ...batches,
    ...evidence.flatMap((one) => offenceOf(one)?.name ?? []),
  ];
}

async function lastFull(store: Store, height: bigint): Promise<bigint> {
  const lowest = height > EXECUTION_LAG ? height - EXECUTION_LAG : 1n;
  for (let at = height; at >= lowest; at--) {
    const { block } = await read(store, at);
    if (block.batches.length > 0) return at;
  }
  return 0n;
}

async function read(
  store: Store,
  height: bigint,
): Promise<{ stored: StoredBlock; block: Block; header: Header }> {
  const stored = await store.block(height);
  const block = stored && fromBinary(BlockSchema, stored.block);
  if (!stored || !block?.header) {
    throw fault(ErrorCode.STORAGE_CORRUPT, { missingBlock: height });
  }
  return { stored, block, header: block.header };
}
