import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type Archive, type Executor, loadExecutor } from "../execution/mod.ts";
import {
  BlockSchema,
  HeaderSchema,
} from "../proto/gen/rustorium/v1/block_pb.ts";
import type { StoredBlock } from "../storage/mod.ts";
import type { Checker } from "./checker.ts";
import { module } from "./core.ts";
import type { SimNode } from "./sim_node.ts";

const RECORD_BYTES = 40;
const BALANCE_AT = 32;

/** Executes each decided block once more, apart from all nodes, and counts the supply after each height. */
export class Auditor {
  readonly #checker: Checker;
  readonly #genesis: Uint8Array;
  readonly #blocks = new Map<bigint, Uint8Array>();
  /** Batches of the next block. */
  readonly #held = new Map<string, Uint8Array>();
  readonly #archive: Archive = {
    batch: (digest) => Promise.resolve(this.#held.get(digest.toHex())),
    putResult: () => Promise.resolve(),
    putCheckpoint: () => Promise.resolve(),
    pages: () => Promise.resolve([]),
  };
  #executor: Executor | undefined;
  #height = 0n;

  constructor(checker: Checker, genesis: Uint8Array) {
    this.#checker = checker;
    this.#genesis = genesis;
  }

  /** The last height that is audited. */
  get height(): bigint {
    return this.#height;
  }

  add({ height, block }: StoredBlock): void {
    if (height > this.#height) this.#blocks.set(height, block);
  }

  /** As far as there is somebody to ask for the batches. */
  async catchUp(nodes: readonly SimNode[]): Promise<void> {
    for (let block; (block = this.#blocks.get(this.#height + 1n));) {
      const { header, batches } = fromBinary(BlockSchema, block);
      this.#held.clear();
      for (const digest of batches) {
        const batch = await batchOf(digest, nodes);
        if (!batch) return;
        this.#held.set(digest.toHex(), batch);
      }
      this.#executor ??= await loadExecutor({
        core: module,
        genesis: this.#genesis,
        archive: this.#archive,
      });
      const height = this.#height + 1n;
      const result = await this.#executor.execute({
        height,
        header: toBinary(HeaderSchema, header!),
        batches,
      });
      this.#checker.executed("the auditor", result);
      this.#checker.supply(height, await sumOf(this.#executor));
      this.#blocks.delete(height);
      this.#height = height;
    }
  }

  async close(): Promise<void> {
    await this.#executor?.close();
  }
}

async function batchOf(
  digest: Uint8Array,
  nodes: readonly SimNode[],
): Promise<Uint8Array | undefined> {
  for (const node of nodes) {
    const batch = await node.store.batch(digest).catch(() => undefined);
    if (batch) return batch;
  }
  return undefined;
}

async function sumOf(executor: Executor): Promise<bigint> {
  let sum = 0n;
  for await (const records of executor.accounts()) {
    const view = new DataView(records.buffer, records.byteOffset);
    for (let at = BALANCE_AT; at < records.length; at += RECORD_BYTES) {
      sum += view.getBigUint64(at, true);
    }
  }
  return sum;
}
