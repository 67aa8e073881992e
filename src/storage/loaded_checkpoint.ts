import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { ErrorCode, fault } from "../errors/mod.ts";
import type { ExecutorCheckpoint } from "../execution/types.ts";
import {
  BlockSchema,
  HeaderSchema,
} from "../proto/gen/rustorium/v1/block_pb.ts";
import type { Store } from "./types.ts";

/** The last checkpoint without its pages; undefined in a chain that has none yet. */
export async function checkpointHead(
  store: Store,
): Promise<Omit<ExecutorCheckpoint, "pages"> | undefined> {
  const checkpoint = await store.checkpoint();
  if (!checkpoint) return undefined;
  const { height, stateRoot } = checkpoint;
  const roots = await store.roots(height);
  const block = await store.block(height);
  const header = block && fromBinary(BlockSchema, block.block).header;
  if (!header || roots?.stateRoot.toHex() !== stateRoot.toHex()) {
    throw fault(ErrorCode.STORAGE_CORRUPT, { checkpoint: height });
  }
  return { roots, header: toBinary(HeaderSchema, header) };
}

/** The last checkpoint in the form that an executor takes; undefined in a chain that has none yet. */
export async function loadCheckpoint(
  store: Store,
): Promise<ExecutorCheckpoint | undefined> {
  const head = await checkpointHead(store);
  const checkpoint = await store.checkpoint();
  return head && checkpoint && { ...head, pages: checkpoint.pages() };
}
