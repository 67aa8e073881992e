import { ioFault } from "../io_fault.ts";
import { checkCommit } from "../kv_limits.ts";
import type { Kv, KvEntry, KvKey } from "../types.ts";

type Selector = Parameters<Kv["list"]>[0];

/** Deno KV in the SQLite file at `path`. One process may write to it. Fails with STORAGE_FAULT or DISK_FULL. */
export async function openDenoKv(path: string): Promise<Kv> {
  const kv = await guarded("open", () => Deno.openKv(path));
  return {
    get: (key) => guarded("get", () => get(kv, key)),
    list: (selector, options) => list(kv, selector, options),
    commit: (mutations) => guarded("commit", () => commit(kv, mutations)),
    close: () => kv.close(),
  };
}

/** What the database at `path` takes on the disk, its log of recent commits included. */
export async function databaseBytes(path: string): Promise<number> {
  const parts = [path, `${path}-wal`].map((part) =>
    Deno.stat(part).then(({ size }) => size, () => 0)
  );
  return (await Promise.all(parts)).reduce((sum, size) => sum + size);
}

async function guarded<T>(
  operation: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw ioFault(thrown, `kv ${operation}`);
  }
}

async function get(kv: Deno.Kv, key: KvKey): Promise<Uint8Array | undefined> {
  const { value } = await kv.get<Uint8Array>(key);
  return value ?? undefined;
}

async function* list(
  kv: Deno.Kv,
  selector: Selector,
  options: { reverse?: boolean; limit?: number } = {},
): AsyncGenerator<KvEntry> {
  try {
    for await (
      const { key, value } of kv.list<Uint8Array>(
        denoSelector(selector),
        options,
      )
    ) {
      yield { key: key as KvKey, value };
    }
  } catch (thrown) {
    throw ioFault(thrown, "kv list");
  }
}

/** Deno KV takes a prefix with a start or an end, or both ends without a prefix. */
function denoSelector({ prefix, start, end }: Selector): Deno.KvListSelector {
  if (start && end) return { start, end };
  if (start) return { prefix, start };
  return end ? { prefix, end } : { prefix };
}

async function commit(
  kv: Deno.Kv,
  mutations: Parameters<Kv["commit"]>[0],
): Promise<void> {
  checkCommit(mutations);
  const atomic = kv.atomic();
  for (const mutation of mutations) {
    if (mutation.type === "set") atomic.set(mutation.key, mutation.value);
    else atomic.delete(mutation.key);
  }
  const { ok } = await atomic.commit();
  if (!ok) throw new Error("the commit was refused");
}
