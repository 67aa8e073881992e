import { type StoredChainOptions, withStoredChain } from "./stored_chain.ts";

/** Every account of a chain with its balance. */
export interface ExportedState {
  height: bigint;
  accounts: { address: Uint8Array; balance: bigint }[];
}

const ADDRESS_BYTES = 32;
const RECORD_BYTES = ADDRESS_BYTES + 8;

/** The state after the last block of the chain in `home`. Writes nothing. */
export async function exportAccounts(
  options: StoredChainOptions,
): Promise<ExportedState> {
  return await withStoredChain(
    { ...options, from: "checkpoint" },
    async (chain) => {
      for await (const _ of chain.replay());
      const accounts: ExportedState["accounts"] = [];
      for await (const records of chain.executor.accounts()) {
        accounts.push(...parse(records));
      }
      return { height: chain.tip, accounts };
    },
  );
}

/** `address (32) | balance (u64, little endian)`, again and again. */
function* parse(records: Uint8Array) {
  const view = new DataView(
    records.buffer,
    records.byteOffset,
    records.byteLength,
  );
  for (let at = 0; at + RECORD_BYTES <= records.length; at += RECORD_BYTES) {
    yield {
      address: records.slice(at, at + ADDRESS_BYTES),
      balance: view.getBigUint64(at + ADDRESS_BYTES, true),
    };
  }
}
