import type { CoreExports } from "../core/mod.ts";
import { ErrorCode, fault, RustoriumError } from "../errors/mod.ts";
import { beginBlock, finishBlock, type Shards } from "./block.ts";
import { allAccounts, changedPages } from "./export.ts";
import { Lock } from "./lock.ts";
import { ALL_BUCKETS, Pool, type Waiting } from "./pool.ts";
import { Run } from "./run.ts";
import type { Shard } from "./shard.ts";
import type {
  AccountState,
  AccountStateProof,
  BatchDraft,
  BatchLimits,
  BatchRefusal,
  BlockInput,
  BlockResult,
  Executor,
  ForwardLimits,
  Page,
  Roots,
  SubmitResult,
} from "./types.ts";

/** What an executor is made of: shards that hold the state of `roots.height`, and who owns what. */
export interface ExecutorParts extends Shards {
  core: CoreExports;
  /** For each slot the number of its shard. */
  shardOf: Uint8Array;
  roots: Roots;
}

/** The state machine over any number of shards. One call at a time reaches them, so that none sees half a block. */
export class ShardedExecutor implements Executor {
  readonly #parts: ExecutorParts;
  readonly #pool: Pool;
  readonly #lock = new Lock();
  readonly #callbacks: (() => void)[] = [];
  #roots: Roots;
  #buckets = ALL_BUCKETS;
  #waiting: Waiting = { isReady: false, isFresh: false };
  #exporting: Promise<void> = Promise.resolve();
  #broken: unknown;

  constructor(parts: ExecutorParts) {
    this.#parts = parts;
    this.#roots = parts.roots;
    this.#pool = new Pool(parts.shards, parts.coordinator);
  }

  height(): Promise<bigint> {
    return Promise.resolve(this.#roots.height);
  }

  roots(): Promise<Roots> {
    return Promise.resolve(this.#roots);
  }

  submit(envelopes: Uint8Array): Promise<SubmitResult> {
    return this.#locked(async () => {
      const result = await this.#pool.submit(envelopes);
      if (result.codes.includes(0)) await this.#wakeForMore();
      return result;
    });
  }

  onPending(callback: () => void): void {
    this.#callbacks.push(callback);
  }

  pending(): Promise<{ transactions: number; bytes: number }> {
    return this.#locked(() => this.#pool.pending());
  }

  setBuckets(own: Uint8Array): Promise<void> {
    return this.#locked(async () => {
      this.#buckets = own;
      await this.#wake();
    });
  }

  assemble(limits: BatchLimits): Promise<BatchDraft | undefined> {
    return this.#locked(async () => {
      const draft = await this.#pool.assemble(limits);
      const { isReady, isFresh } = await this.#pool.waiting(this.#buckets);
      // What was passed over now may go later: more is to be told of meanwhile.
      this.#waiting = { isReady: isReady && draft !== undefined, isFresh };
      return draft;
    });
  }

  forward(limits: ForwardLimits): Promise<Uint8Array> {
    return this.#locked(async () => {
      const chunk = await this.#pool.forward(limits);
      this.#waiting = await this.#pool.waiting(this.#buckets);
      return chunk;
    });
  }

  release(payload: Uint8Array): Promise<void> {
    return this.#locked(async () => {
      await this.#pool.release(payload);
      await this.#wakeForMore();
    });
  }

  checkBatch(
    batch: Uint8Array,
    height: bigint,
  ): Promise<BatchRefusal | undefined> {
    return this.#locked(() => this.#pool.checkBatch(batch, height));
  }

  async execute(block: BlockInput): Promise<BlockResult> {
    await this.#exporting;
    return await this.#locked(() => this.#execute(block));
  }

  async #execute(block: BlockInput): Promise<BlockResult> {
    if (block.height !== this.#roots.height + 1n) {
      throw fault(ErrorCode.BLOCK_MALFORMED, {
        height: block.height,
        executed: this.#roots.height,
      });
    }
    const gasBefore = await beginBlock(this.#parts, block);
    const result = await this.#finish(block.height, gasBefore);
    const { height, stateRoot, receiptsRoot, messagesRoot, gasUsed } = result;
    this.#roots = { height, stateRoot, receiptsRoot, messagesRoot, gasUsed };
    await this.#wake();
    return result;
  }

  async #finish(height: bigint, gasBefore: Uint8Array): Promise<BlockResult> {
    try {
      return await finishBlock(this.#parts, height, gasBefore);
    } catch (thrown) {
      // Half a block is in the state: nobody may see it.
      this.#broken = thrown;
      throw thrown;
    }
  }

  signatureBackend(): Promise<string> {
    return Promise.resolve(this.#parts.core.signatureBackend());
  }

  account(address: Uint8Array): Promise<AccountState> {
    return this.#locked(async () => ({
      height: this.#roots.height,
      account: await this.#ownerOf(address).account(address),
    }));
  }

  prove(address: Uint8Array): Promise<AccountStateProof> {
    return this.#locked(async () => {
      const owner = this.#ownerOf(address);
      const slot = this.#parts.core.slotOf(address);
      const inSlot = await owner.prove(address);
      return {
        height: this.#roots.height,
        stateRoot: this.#roots.stateRoot,
        account: await owner.account(address),
        proof: this.#parts.coordinator.prove(slot, inSlot),
      };
    });
  }

  accounts(): AsyncIterable<Uint8Array> {
    return allAccounts((slot) => this.#shardAt(slot));
  }

  dirtyPages(): AsyncIterable<Page> {
    const run = new Run(
      changedPages((slot) => this.#shardAt(slot)),
      async () => {
        await Promise.all(this.#parts.shards.map((one) => one.setCheckpoint()));
      },
    );
    this.#exporting = run.over;
    return run;
  }

  async close(): Promise<void> {
    await this.#lock.run(async () => {
      this.#broken ??= fault(ErrorCode.SHUTTING_DOWN);
      await Promise.all(this.#parts.shards.map((shard) => shard.close()));
      this.#parts.coordinator.free();
    });
  }

  #locked<T>(task: () => Promise<T>): Promise<T> {
    return this.#lock.run(async () => {
      if (this.#broken) throw this.#broken;
      try {
        return await task();
      } catch (thrown) {
        // What a trap has left of the core's memory, nobody knows.
        if (isTrap(thrown)) this.#broken = thrown;
        throw thrown;
      }
    });
  }

  async #wake(): Promise<void> {
    this.#waiting = await this.#pool.waiting(this.#buckets);
    if (this.#waiting.isReady || this.#waiting.isFresh) this.#tell();
  }

  /** Tells if there is something of a kind of which there was nothing. */
  async #wakeForMore(): Promise<void> {
    const before = this.#waiting;
    if (before.isReady && before.isFresh) return;
    const now = await this.#pool.waiting(this.#buckets);
    this.#waiting = now;
    const isMore = now.isReady && !before.isReady ||
      now.isFresh && !before.isFresh;
    if (isMore) this.#tell();
  }

  #tell(): void {
    this.#callbacks.forEach((callback) => callback());
  }

  #ownerOf(address: Uint8Array): Shard {
    return this.#shardAt(this.#parts.core.slotOf(address));
  }

  #shardAt(slot: number): Shard {
    return this.#parts.shards[this.#parts.shardOf[slot]!]!;
  }
}

function isTrap(thrown: unknown): boolean {
  return thrown instanceof RustoriumError &&
    thrown.code === ErrorCode.ENGINE_TRAPPED;
}
