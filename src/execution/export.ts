import { splitSized } from "./bytes.ts";
import type { Shard } from "./shard.ts";
import { SLOTS } from "./slots.ts";
import type { Page } from "./types.ts";

const ACCOUNTS_AT_ONCE = 1_000;
const RECORD = 40;

/** Pages of all slots that differ from the last checkpoint. */
export async function* changedPages(
  shardOf: (slot: number) => Shard,
): AsyncGenerator<Page> {
  for (let slot = 0; slot < SLOTS; slot++) {
    const parts = splitSized(await shardOf(slot).changedPages(slot));
    for (const id of parts) {
      const bytes = parts.next().value as Uint8Array;
      yield { slot, id: id.slice(), bytes: bytes.slice() };
    }
  }
}

/** `address | balance` records, ascending by slot and address. */
export async function* allAccounts(
  shardOf: (slot: number) => Shard,
): AsyncGenerator<Uint8Array> {
  for (let slot = 0; slot < SLOTS; slot++) {
    let after = new Uint8Array();
    while (true) {
      const shard = shardOf(slot);
      const records = await shard.accounts(slot, after, ACCOUNTS_AT_ONCE);
      if (records.length === 0) break;
      yield records;
      after = records.slice(-RECORD, -8);
    }
  }
}
