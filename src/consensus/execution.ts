import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { ErrorCode, fault } from "../errors/mod.ts";
import type { Executor, Roots } from "../execution/types.ts";
import {
  BlockSchema,
  HeaderSchema,
} from "../proto/gen/rustorium/v1/block_pb.ts";
import type { Store, StoredBlock } from "../storage/types.ts";
import { EXECUTION_LAG } from "../core/mod.ts";

export interface ExecutionOptions {
  executor: Executor;
  store: Store;
  /** Heights between checkpoints. */
  checkpointBlocks: bigint;
  /** The result is stored. */
  onExecuted: (roots: Roots) => void;
  onError: (error: unknown) => void;
}

/** Executes decided blocks one after the other, while consensus goes on. */
export class Execution {
  readonly #options: ExecutionOptions;
  readonly #recent = new Map<bigint, Roots>();
  /** The last height handed over, and the promise of its execution. */
  #last: { height: bigint; done: Promise<void> };
  #executed: bigint;
  /** Checkpoints under way. */
  #checkpoint: Promise<void> = Promise.resolve();
  #failed = false;

  private constructor(options: ExecutionOptions, roots: Roots) {
    this.#options = options;
    // Of a checkpoint the store has the results; of the genesis nobody else does.
    if (roots.height === 0n) this.#recent.set(0n, roots);
    this.#executed = roots.height;
    this.#last = { height: roots.height, done: Promise.resolve() };
  }

  static async open(options: ExecutionOptions): Promise<Execution> {
    return new Execution(options, await options.executor.roots());
  }

  /** The last executed height. */
  get height(): bigint {
    return this.#executed;
  }

  /** The next block in order, with its batches stored. */
  push(stored: StoredBlock): void {
    const before = this.#last.done;
    const done = before.then(() => this.#execute(stored));
    this.#last = { height: stored.height, done };
    done.catch((error) => this.#fail(error));
  }

  /** Resolves when `height`, handed over before, is executed and stored. Rejects when that failed. */
  async whenExecuted(height: bigint): Promise<void> {
    if (this.#last.height < height) {
      throw new RangeError(`block ${height} has not been handed over`);
    }
    while (this.#executed < height) await this.#last.done;
  }

  /** Everything handed over is executed, or has failed, and no checkpoint is under way. */
  async idle(): Promise<void> {
    await this.#last.done.catch(() => undefined);
    await this.#checkpoint;
  }

  /** The results of an executed height. */
  async roots(height: bigint): Promise<Roots> {
    const roots = this.#recent.get(height) ??
      await this.#options.store.roots(height) ??
      await this.#genesisRoots(height);
    if (!roots) throw fault(ErrorCode.STORAGE_CORRUPT, { noResult: height });
    return roots;
  }

  /** Of the genesis state, which no block made: the first header carries them. */
  async #genesisRoots(height: bigint): Promise<Roots | undefined> {
    const first = height === 0n && await this.#options.store.block(1n);
    if (!first) return undefined;
    const header = fromBinary(BlockSchema, first.block).header;
    return header && { ...header, height };
  }

  async #execute(stored: StoredBlock): Promise<void> {
    const { executor, checkpointBlocks, onExecuted } = this.#options;
    const { height } = stored;
    const { header, batches } = fromBinary(BlockSchema, stored.block);
    if (!header) throw fault(ErrorCode.STORAGE_CORRUPT, { noHeader: height });
    const roots = await executor.execute({
      height,
      header: toBinary(HeaderSchema, header),
      batches,
    });
    this.#remember(roots);
    if (height % checkpointBlocks === 0n) {
      const done = executor.checkpoint();
      this.#checkpoint = done.catch((error) => this.#fail(error));
    }
    onExecuted(roots);
  }

  #fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#options.onError(error);
  }

  #remember(roots: Roots): void {
    const { height } = roots;
    this.#recent.set(height, roots);
    this.#recent.delete(height - EXECUTION_LAG - 1n);
    this.#executed = height;
  }
}
