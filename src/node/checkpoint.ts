import { ErrorCode, fault } from "../errors/mod.ts";
import type { Roots } from "../execution/types.ts";
import type { ExecutorCheckpoint } from "../execution/mod.ts";
import type { Store } from "../storage/mod.ts";

/** Results of the last checkpoint's height; undefined in a chain that has none yet. */
export async function checkpointRoots(
  store: Store,
): Promise<Roots | undefined> {
  const checkpoint = await store.checkpoint();
  if (!checkpoint) return undefined;
  const { height, stateRoot } = checkpoint;
  const roots = await store.roots(height);
  if (roots?.stateRoot.toHex() !== stateRoot.toHex()) {
    throw fault(ErrorCode.STORAGE_CORRUPT, { checkpoint: height });
  }
  return roots;
}

/** The last checkpoint in the form that an executor takes; undefined in a chain that has none yet. */
export async function loadCheckpoint(
  store: Store,
): Promise<ExecutorCheckpoint | undefined> {
  const roots = await checkpointRoots(store);
  const checkpoint = await store.checkpoint();
  return roots && checkpoint && { roots, pages: checkpoint.pages() };
}
