import { splitSized } from "./bytes.ts";
import type { Shard } from "./shard.ts";
import { SLOTS } from "./slots.ts";
import type { Page } from "./types.ts";

const ACCOUNTS_AT_ONCE = 1_000;
const RECORD = 40;
/** Pages that are encoded and cross to the store at once: a block need not wait long for that. */
const PAGE_BYTES_AT_ONCE = 256 * 1024;

/** The pages of the checkpoint that was begun, slot by slot. `enter` lets at the shards. */
export async function* checkpointPages(
  shardOf: (slot: number) => Shard,
  enter: (task: () => Promise<Uint8Array>) => Promise<Uint8Array>,
): AsyncGenerator<Page[]> {
  let pages: Page[] = [];
  let bytes = 0;
  for (let slot = 0; slot < SLOTS; slot++) {
    for (let isMore = true; isMore;) {
      const table = await enter(() =>
        shardOf(slot).checkpointPages(slot, PAGE_BYTES_AT_ONCE)
      );
      pages.push(...readPages(slot, table));
      bytes += table.length;
      isMore = table.length >= PAGE_BYTES_AT_ONCE;
      if (bytes < PAGE_BYTES_AT_ONCE) continue;
      yield pages;
      [pages, bytes] = [[], 0];
    }
  }
  if (pages.length > 0) yield pages;
}

/** `length (u32) | name | length (u32) | bytes` for each. */
function* readPages(slot: number, table: Uint8Array): Generator<Page> {
  const parts = splitSized(table);
  for (const id of parts) {
    const bytes = parts.next().value as Uint8Array;
    yield { slot, id: id.slice(), bytes: bytes.slice() };
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
