import type { CoreExports } from "../core/mod.ts";
import { ErrorCode, fault, isFault } from "../errors/mod.ts";
import { beginBlock, finishBlock, type Shards } from "./block.ts";
import { Busy } from "./busy.ts";
import { allAccounts, checkpointPages } from "./export.ts";
import { Gate } from "./gate.ts";
import { Lock } from "./lock.ts";
import { ALL_BUCKETS, Pool } from "./pool.ts";
import { moveSlots } from "./move.ts";
import type { Shard } from "./shard.ts";
import { Submissions } from "./submissions.ts";
import type {
  AccountState,
  AccountStateProof,
  Archive,
  BatchDraft,
  BatchLimits,
  BatchRefusal,
  BlockInput,
  BlockResult,
  Executor,
  ForwardLimits,
  Pending,
  Roots,
  SlotMove,
  SubmitResult,
  Waiting,
} from "./types.ts";

/** What an executor is made of: shards that hold the state of `roots.height`, and who owns what. */
export interface ExecutorParts extends Shards {
  core: CoreExports;
  /** For each slot the number of its shard. */
  shardOf: Uint8Array;
  roots: Roots;
  archive: Archive;
  /** Lets what has come meanwhile go first. */
  yield?: () => Promise<void>;
}

/** The state machine over any number of shards. A block has them for itself, so that nobody sees half of it. */
export class ShardedExecutor implements Executor {
  readonly #parts: ExecutorParts;
  readonly #pool: Pool;
  readonly #submissions: Submissions;
  readonly #gate = new Gate();
  readonly #assembling = new Lock();
  readonly #looking = new Lock();
  readonly #busy = new Busy();
  readonly #callbacks: Parameters<Executor["onPending"]>[0][] = [];
  #roots: Roots;
  #buckets = ALL_BUCKETS;
  #waiting: Waiting = { isReady: false, isFresh: false };
  #checkpoint: Promise<void> | undefined;
  #broken: unknown;

  constructor(parts: ExecutorParts) {
    this.#parts = parts;
    this.#roots = parts.roots;
    this.#pool = new Pool(parts);
    this.#submissions = new Submissions({
      ...parts,
      enter: (task) => this.#together(task),
    });
  }

  height(): Promise<bigint> {
    return Promise.resolve(this.#roots.height);
  }

  roots(): Promise<Roots> {
    return Promise.resolve(this.#roots);
  }

  async submit(envelopes: Uint8Array): Promise<SubmitResult> {
    this.#busy.submitted();
    const result = await this.#submissions.submit(envelopes);
    if (result.codes.includes(0)) await this.#wakeForMore();
    return result;
  }

  onPending(callback: Parameters<Executor["onPending"]>[0]): void {
    this.#callbacks.push(callback);
  }

  pending(): Promise<Pending> {
    return this.#together(() => this.#pool.pending());
  }

  async setBuckets(own: Uint8Array): Promise<void> {
    this.#buckets = own;
    await this.#wake();
  }

  async assemble(limits: BatchLimits): Promise<BatchDraft | undefined> {
    const draft = await this.#assembling.run(() =>
      this.#together(() => this.#pool.assemble(limits))
    );
    await this.#look(({ isReady, isFresh }) => {
      // What was passed over now may go later: more is to be told of meanwhile.
      return { isReady: isReady && draft !== undefined, isFresh };
    });
    return draft;
  }

  async forward(limits: readonly ForwardLimits[]): Promise<Uint8Array[]> {
    const chunks: Uint8Array[] = [];
    await this.#together(async () => {
      for (const one of limits) chunks.push(await this.#pool.forward(one));
    });
    await this.#look((now) => now);
    return chunks;
  }

  lull(): Promise<void> {
    return this.#together(() => this.#pool.lull());
  }

  named(
    payloadRoot: Uint8Array,
    digest: Uint8Array,
    until: bigint,
  ): Promise<void> {
    return this.#together(() => this.#pool.name(payloadRoot, digest, until));
  }

  async release(payload: Uint8Array): Promise<void> {
    await this.#together(() => this.#pool.release(payload));
    await this.#wakeForMore();
  }

  checkBatch(
    batch: Uint8Array,
    height: bigint,
  ): Promise<BatchRefusal | undefined> {
    return this.#together(() => this.#pool.checkBatch(batch, height));
  }

  async execute(block: BlockInput): Promise<Roots> {
    // What is read from the disk need not keep anybody waiting.
    await this.#together(() => this.#learn(block));
    const result = await this.#alone(() => this.#execute(block));
    await this.#wake();
    const roots = rootsOf(result);
    await this.#parts.archive.putResult(result);
    return roots;
  }

  async #execute(block: BlockInput): Promise<BlockResult> {
    if (block.height !== this.#roots.height + 1n) {
      throw fault(ErrorCode.BLOCK_MALFORMED, {
        height: block.height,
        executed: this.#roots.height,
      });
    }
    await this.#learn(block);
    const places = await beginBlock(this.#parts, block);
    const result = await this.#finish(block.height, places);
    this.#roots = rootsOf(result);
    this.#busy.executed(block);
    return result;
  }

  /** Has the shards know every batch of the block. */
  async #learn({ batches }: BlockInput): Promise<void> {
    for (const digest of await this.#pool.unknown(batches)) {
      const batch = await this.#parts.archive.batch(digest);
      if (!batch) {
        throw fault(ErrorCode.STORAGE_CORRUPT, {
          missingBatch: digest.toHex(),
        });
      }
      await this.#pool.learn(batch);
    }
  }

  async #finish(
    height: bigint,
    places: readonly Uint8Array[],
  ): Promise<BlockResult> {
    try {
      return await finishBlock(this.#parts, height, places);
    } catch (thrown) {
      // Half a block is in the state: nobody may see it.
      this.#broken = thrown;
      throw thrown;
    }
  }

  async signatureBackend(): Promise<string> {
    const all = await Promise.all(
      this.#parts.shards.map((shard) => shard.signatureBackend()),
    );
    // One that is distrusted is worth knowing of.
    return all.find((one) => one === "distrusted") ?? all[0]!;
  }

  async moveSlots(moves: readonly SlotMove[]): Promise<void> {
    const { shardOf, shards } = this.#parts;
    const wrong = moves.find(({ slot, to }) =>
      shardOf[slot] === undefined || !shards[to]
    );
    if (wrong) {
      const why = `slot ${wrong.slot} cannot go to shard ${wrong.to}`;
      throw new RangeError(why);
    }
    while (!await this.#alone(() => this.#moveNow(moves))) {
      await this.#checkpoint?.catch(() => undefined);
    }
  }

  /** Not while a checkpoint is under way, which has pages of the slots where they were. */
  async #moveNow(moves: readonly SlotMove[]): Promise<boolean> {
    if (this.#checkpoint) return false;
    try {
      await moveSlots(this.#parts, moves);
      return true;
    } catch (thrown) {
      // A slot may be nowhere: nobody may miss it without knowing.
      this.#broken = thrown;
      throw thrown;
    }
  }

  account(address: Uint8Array): Promise<AccountState> {
    return this.#together(async () => ({
      height: this.#roots.height,
      account: await this.#ownerOf(address).account(address),
    }));
  }

  prove(address: Uint8Array): Promise<AccountStateProof> {
    return this.#together(async () => {
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

  checkpoint(): Promise<void> {
    this.#checkpoint ??= this.#writeCheckpoint().finally(() =>
      this.#checkpoint = undefined
    );
    return this.#checkpoint;
  }

  async #writeCheckpoint(): Promise<void> {
    const { shards, archive } = this.#parts;
    const { height, stateRoot } = await this.#alone(async () => {
      await Promise.all(shards.map((shard) => shard.beginCheckpoint()));
      return this.#roots;
    });
    const end = (isDurable: boolean) =>
      this.#alone(async () => {
        await Promise.all(shards.map((one) => one.endCheckpoint(isDurable)));
      });
    try {
      const pages = checkpointPages(
        (slot) => this.#shardAt(slot),
        (task) => this.#together(task),
      );
      await archive.putCheckpoint(height, stateRoot, pages);
    } catch (thrown) {
      // Its pages are in the next one. A closed executor has none.
      await end(false).catch(() => undefined);
      throw thrown;
    }
    await end(true);
  }

  async close(): Promise<void> {
    await this.#gate.alone(async () => {
      this.#broken ??= fault(ErrorCode.SHUTTING_DOWN);
      await Promise.all(this.#parts.shards.map((shard) => shard.close()));
      this.#parts.coordinator.free();
    });
  }

  #together<T>(task: () => Promise<T>): Promise<T> {
    return this.#gate.together(() => this.#whole(task));
  }

  #alone<T>(task: () => Promise<T>): Promise<T> {
    return this.#gate.alone(() => this.#whole(task));
  }

  async #whole<T>(task: () => Promise<T>): Promise<T> {
    if (this.#broken) throw this.#broken;
    try {
      return await task();
    } catch (thrown) {
      // What a trap has left of the core's memory, nobody knows.
      if (isTrap(thrown)) this.#broken = thrown;
      throw thrown;
    }
  }

  async #wake(): Promise<void> {
    await this.#look((now) => {
      // The answer about the block follows, and wakes whoever hears of it.
      if (now.isReady || now.isFresh) this.#tell(now, false);
      return now;
    });
  }

  /** Tells if there is something of a kind of which there was nothing. */
  async #wakeForMore(): Promise<void> {
    const { isReady, isFresh } = this.#waiting;
    if (isReady && isFresh) return;
    await this.#look((now, before) => {
      const isReady = now.isReady && !before.isReady;
      const isFresh = now.isFresh && !before.isFresh;
      const isUrgent = isFresh || !this.#busy.isBusy;
      if (isReady || isFresh) this.#tell(now, isUrgent);
      return now;
    });
  }

  /** Looks at what waits, one look after the other: what the last one sees is what is. */
  async #look(
    keep: (now: Waiting, before: Waiting) => Waiting,
  ): Promise<void> {
    await this.#looking.run(async () => {
      const now = await this.#together(() => this.#pool.waiting(this.#buckets));
      this.#waiting = keep(now, this.#waiting);
    });
  }

  #tell(waiting: Waiting, isUrgent: boolean): void {
    this.#callbacks.forEach((callback) => callback(waiting, isUrgent));
  }

  #ownerOf(address: Uint8Array): Shard {
    return this.#shardAt(this.#parts.core.slotOf(address));
  }

  #shardAt(slot: number): Shard {
    return this.#parts.shards[this.#parts.shardOf[slot]!]!;
  }
}

function rootsOf(
  { height, stateRoot, receiptsRoot, messagesRoot, gasUsed }: BlockResult,
): Roots {
  return { height, stateRoot, receiptsRoot, messagesRoot, gasUsed };
}

function isTrap(thrown: unknown): boolean {
  return isFault(thrown, ErrorCode.ENGINE_TRAPPED);
}
