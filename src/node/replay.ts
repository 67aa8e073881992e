import { EXECUTION_LAG } from "../core/mod.ts";
import { ErrorCode, fault } from "../errors/mod.ts";
import type { Roots } from "../execution/types.ts";
import type { Header } from "../proto/gen/rustorium/v1/block_pb.ts";
import { type StoredChainOptions, withStoredChain } from "./stored_chain.ts";

/** See {@linkcode replayHome}. */
export type ReplayOptions = StoredChainOptions;

export interface ReplayResult {
  /** The last height of the chain. */
  height: bigint;
  /** The state root that its header carries. */
  appHash: Uint8Array;
  /** The receipts root that its header carries. */
  receiptsRoot: Uint8Array;
  /** Headers whose results differ from what execution gives, and stored results that do. */
  mismatches: number;
}

/**
 * Executes the chain in `home` again from its genesis and compares each result
 * with the header that carries it. Those of the last two heights, which no
 * header carries yet, are compared with the stored ones. Writes nothing.
 */
export async function replayHome(
  options: ReplayOptions,
): Promise<ReplayResult> {
  return await withStoredChain(
    { ...options, from: "genesis" },
    async (chain) => {
      const { store, executor, tip } = chain;
      if (tip === 0n) {
        throw fault(ErrorCode.HOME_MISSING, { home: options.home, height: 0 });
      }
      const genesis = await executor.roots();
      const recent = new Map<bigint, Roots>([[0n, genesis]]);
      let last: Header | undefined;
      let mismatches = 0;
      for await (const { header, result } of chain.replay()) {
        recent.set(result.height, result);
        recent.delete(result.height - EXECUTION_LAG - 1n);
        const carried = recent.get(result.height - EXECUTION_LAG) ?? genesis;
        const stored = await store.roots(result.height);
        const agrees = sameRoots(header, carried) &&
          (!stored || sameRoots(stored, result));
        if (!agrees) {
          mismatches++;
          options.log.error("replay disagrees", { height: result.height });
        }
        last = header;
      }
      return {
        height: tip,
        appHash: last?.stateRoot ?? genesis.stateRoot,
        receiptsRoot: last?.receiptsRoot ?? genesis.receiptsRoot,
        mismatches,
      };
    },
  );
}

type Results = Omit<Roots, "height">;

function sameRoots(a: Results, b: Results): boolean {
  return a.stateRoot.toHex() === b.stateRoot.toHex() &&
    a.receiptsRoot.toHex() === b.receiptsRoot.toHex() &&
    a.messagesRoot.toHex() === b.messagesRoot.toHex() &&
    a.gasUsed === b.gasUsed;
}
