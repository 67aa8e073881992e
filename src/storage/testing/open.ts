import { collectingLog, type Kv, MemoryDisk } from "../../platform/mod.ts";
import { openStore } from "../store.ts";
import type { Store } from "../types.ts";
import { core } from "./fixtures.ts";

export const open = (kv: Kv) => openStore(kv, { core, log: collectingLog() });

/** With an empty store, which is closed afterwards. */
export async function withStore(
  body: (store: Store, disk: MemoryDisk) => Promise<void>,
): Promise<void> {
  const disk = new MemoryDisk();
  const store = await open(disk.open());
  await body(store, disk);
  await store.close();
}
