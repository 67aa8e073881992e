/** Versions of pages: `["page", slot, id, version]` holds bytes, `["page_now", slot, id]` names the newest version written. */
import type { Page, PageName } from "../../execution/types.ts";
import type { Kv, KvKey, KvMutation } from "../../platform/mod.ts";
import { deleteBlob, getBlob, setBlob } from "../blob.ts";
import { join } from "../../bytes/mod.ts";
import { Reader } from "../reader.ts";
import {
  decodeVersion,
  encodeVersion,
  type JournalEntry,
  type PageVersion,
} from "./journal.ts";

const blobKey = (
  { slot, id }: PageName,
  version: bigint,
): KvKey => ["page", slot, id, version];
const nowKey = ({ slot, id }: PageName): KvKey => ["page_now", slot, id];

export async function newestVersion(
  kv: Kv,
  name: PageName,
): Promise<PageVersion | undefined> {
  const stored = await kv.get(nowKey(name));
  return stored && decodeVersion(new Reader(stored));
}

export function setPage(page: Page, version: bigint): KvMutation[] {
  return [
    ...setBlob(blobKey(page, version), page.bytes),
    setNewest(page, { version, length: page.bytes.length }),
  ];
}

/** Takes back what an unfinished checkpoint wrote. */
export function undo(entry: JournalEntry, version: bigint): KvMutation[] {
  return [
    entry.replaced ? setNewest(entry, entry.replaced) : deleteNewest(entry),
    ...deleteBlob(blobKey(entry, version), entry.written),
  ];
}

/** Removes what a finished checkpoint replaced, and the mark of a removed page if it is still the newest. */
export async function discard(
  kv: Kv,
  entry: JournalEntry,
  version: bigint,
): Promise<KvMutation[]> {
  const old = entry.replaced
    ? deleteBlob(blobKey(entry, entry.replaced.version), entry.replaced.length)
    : [];
  if (entry.written > 0) return old;
  const newest = await newestVersion(kv, entry);
  if (newest?.version !== version) return old;
  return [
    ...old,
    deleteNewest(entry),
    ...deleteBlob(blobKey(entry, version), 0),
  ];
}

const READS_AT_ONCE = 16;

/** Every page as of the checkpoint at `height`, by slot and id. */
export async function* pagesAt(
  kv: Kv,
  height: bigint,
): AsyncGenerator<Page[]> {
  let reads: Promise<Page | undefined>[] = [];
  for await (const { key, value } of kv.list({ prefix: ["page_now"] })) {
    const name = { slot: key[1] as number, id: key[2] as Uint8Array };
    const newest = decodeVersion(new Reader(value));
    reads.push(versionAt(kv, name, newest, height));
    if (reads.length < READS_AT_ONCE) continue;
    yield present(await Promise.all(reads));
    reads = [];
  }
  yield present(await Promise.all(reads));
}

/** Of these pages those that are in the checkpoint at `height`. */
export async function somePagesAt(
  kv: Kv,
  names: readonly PageName[],
  height: bigint,
): Promise<Page[]> {
  return present(
    await Promise.all(names.map(async (name) => {
      const newest = await newestVersion(kv, name);
      return newest && await versionAt(kv, name, newest, height);
    })),
  );
}

function present(pages: (Page | undefined)[]): Page[] {
  return pages.filter((page) => page !== undefined);
}

async function versionAt(
  kv: Kv,
  name: PageName,
  newest: PageVersion,
  height: bigint,
): Promise<Page | undefined> {
  const bytes = newest.version <= height
    ? await getBlob(kv, blobKey(name, newest.version))
    : await before(kv, name, height);
  return bytes && bytes.length > 0 ? { ...name, bytes } : undefined;
}

/** The newest version at or below `height`. */
async function before(
  kv: Kv,
  name: PageName,
  height: bigint,
): Promise<Uint8Array | undefined> {
  const versions = kv.list(
    { prefix: ["page", name.slot, name.id], end: blobKey(name, height + 1n) },
    { reverse: true, limit: 1 },
  );
  for await (const { key } of versions) {
    return await getBlob(kv, blobKey(name, key[3] as bigint));
  }
  return undefined;
}

function setNewest(name: PageName, newest: PageVersion): KvMutation {
  return {
    type: "set",
    key: nowKey(name),
    value: join(encodeVersion(newest)),
  };
}

function deleteNewest(name: PageName): KvMutation {
  return { type: "delete", key: nowKey(name) };
}
