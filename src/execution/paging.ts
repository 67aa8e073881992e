/** A shard whose state takes only so much memory: what it has no room for is read back from the last checkpoint when it is needed. */
import { ErrorCode, fault, isFault } from "../errors/mod.ts";
import { readU32 } from "./bytes.ts";
import { Lock } from "./lock.ts";
import type { Shard } from "./shard.ts";
import type { Archive, PageName } from "./types.ts";

/** What is left when pages are taken out: room for some blocks, until the next time. */
const KEPT = 0.9;
/** Where not enough could be taken out, it is tried again when the state has grown by so much. */
const GROWTH = 1.05;
/** Pages that are read at once: 48 KiB each. */
const PAGES_AT_ONCE = 64;

export interface PagingOptions {
  archive: Pick<Archive, "pages">;
  /** Memory for the state. */
  bytesMax: number;
  /** The slot of an address. */
  slotOf: (address: Uint8Array) => number;
}

/**
 * The same shard within `bytesMax` of memory, for as far as its pages are in a
 * checkpoint. As long as nothing was taken out, no call costs more than it did.
 */
export function pagedShard(
  shard: Shard,
  { archive, bytesMax, slotOf }: PagingOptions,
): Shard {
  /** One at a time loads, looks and makes room again, between blocks. */
  const looking = new Lock();
  let isWhole = true;
  let limit = bytesMax;

  const makeRoom = async () => {
    const before = await shard.stateMemory();
    if (before <= limit) return;
    const after = await shard.evict(bytesMax * KEPT);
    isWhole &&= after >= before;
    // What is in no checkpoint yet stays.
    limit = Math.max(bytesMax, after * GROWTH);
  };
  const load = async (missing: () => Promise<Uint8Array>) => {
    if (isWhole) return;
    const names = readNames(await missing());
    for (let at = 0; at < names.length; at += PAGES_AT_ONCE) {
      const some = names.slice(at, at + PAGES_AT_ONCE);
      const pages = await archive.pages(some);
      if (pages.length < some.length) {
        throw fault(ErrorCode.STORAGE_CORRUPT, {
          missingPages: some.length - pages.length,
        });
      }
      await shard.loadPages(pages);
    }
  };
  const look = <T>(
    missing: () => Promise<Uint8Array>,
    task: () => Promise<T>,
  ): Promise<T> => {
    if (isWhole) return task();
    return looking.run(async () => {
      await load(missing);
      const result = await task();
      await makeRoom();
      return result;
    });
  };
  const ofSlot = (slot: number) => () => shard.missingOfSlot(slot);
  return {
    ...shard,
    submit: (envelopes) =>
      look(
        () => shard.missingForSubmit(envelopes),
        () => shard.submit(envelopes),
      ),
    account: (address) =>
      look(() => shard.missing(address), () => shard.account(address)),
    prove: (address) =>
      look(() => shard.missing(address), async () => {
        try {
          return await shard.prove(address);
        } catch (thrown) {
          if (!isMissing(thrown)) throw thrown;
          // A neighbour shows that an account is not there.
          await load(ofSlot(slotOf(address)));
          return await shard.prove(address);
        }
      }),
    accounts: (slot, after, count) =>
      look(ofSlot(slot), () => shard.accounts(slot, after, count)),
    run: async (places) => {
      await load(() => shard.missingForBlock());
      return await shard.run(places);
    },
    deliver: async (inbox) => {
      await load(() => shard.missingForInbox(inbox));
      return await shard.deliver(inbox);
    },
    endBlock: async (fees) => {
      const end = await shard.endBlock(fees);
      await makeRoom();
      return end;
    },
    beginCheckpoint: async () => {
      await load(() => shard.missingForCheckpoint());
      await shard.beginCheckpoint();
    },
    endCheckpoint: async (isDurable) => {
      await shard.endCheckpoint(isDurable);
      limit = bytesMax;
      await makeRoom();
    },
    exportSlot: async (slot) => {
      await load(ofSlot(slot));
      return await shard.exportSlot(slot);
    },
  };
}

/** `slot (u8) | length (u32) | name` for each. */
function readNames(table: Uint8Array): PageName[] {
  const names: PageName[] = [];
  for (let at = 0; at < table.length;) {
    const start = at + 5;
    const end = start + readU32(table, at + 1);
    names.push({ slot: table[at]!, id: table.slice(start, end) });
    at = end;
  }
  return names;
}

function isMissing(thrown: unknown): boolean {
  return isFault(thrown, ErrorCode.PAGE_MISSING);
}
