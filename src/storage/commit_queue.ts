import { ErrorCode, fault } from "../errors/mod.ts";
import {
  addSizes,
  type CommitSize,
  commitSize,
  fitsOneCommit,
  ioFault,
  type Kv,
  KV_LIMITS,
  type KvMutation,
} from "../platform/mod.ts";
import { STORAGE_LIMITS } from "./limits.ts";

interface Waiting {
  mutations: readonly KvMutation[];
  size: CommitSize;
  resolve(): void;
  reject(error: Error): void;
}

/** What nobody waits for: segments of the index, pages of checkpoints. */
export type Urgency = "urgent" | "background";

const BYTES_MAX: Record<Urgency, number> = {
  urgent: KV_LIMITS.commitBytesMax,
  background: STORAGE_LIMITS.backgroundCommitBytes,
};

const NOTHING: CommitSize = { mutations: 0, keyBytes: 0, bytes: 0 };

/**
 * The one way to write. Commits of one urgency become durable in the order of
 * the calls; those that wait together share one, because each costs an fsync.
 * What is urgent waits for one small commit of the background at most, and the
 * background for one of what is urgent. After the first failure everything is
 * refused with the same error: what came later may build on what was lost.
 */
export class CommitQueue {
  readonly #kv: Kv;
  readonly #waiting: Record<Urgency, Waiting[]> = {
    urgent: [],
    background: [],
  };
  #riding: Waiting[] = [];
  #ridingBytes = 0;
  #waitingBytes = 0;
  #running: Promise<void> | undefined;
  #fault: Error | undefined;

  constructor(kv: Kv) {
    this.#kv = kv;
  }

  /** What stopped the queue. */
  get fault(): Error | undefined {
    return this.#fault;
  }

  /** All or nothing; durable when it resolves. */
  commit(
    mutations: readonly KvMutation[],
    urgency: Urgency = "urgent",
  ): Promise<void> {
    if (this.#fault) return Promise.reject(this.#fault);
    if (mutations.length === 0) return Promise.resolve();
    const size = commitSize(mutations);
    const busy = this.#busy(size.bytes);
    if (busy) return Promise.reject(busy);
    return this.#enqueue(mutations, size, urgency);
  }

  /** Any number of mutations in as many commits as they need, in their order; the last one is in the last commit. */
  async commitAll(
    mutations: readonly KvMutation[],
    urgency: Urgency = "urgent",
  ): Promise<void> {
    const busy = this.#fault ?? this.#busy(commitSize(mutations).bytes);
    if (busy) throw busy;
    await Promise.all(
      splitCommits(mutations, BYTES_MAX[urgency]).map((piece) =>
        this.#enqueue(piece, commitSize(piece), urgency)
      ),
    );
  }

  /**
   * As `commit`, for little that can be made again: it goes with the next
   * commit, whatever that is for, and so before all that comes later. Alone only
   * where much has gathered, or the queue is to be idle.
   */
  ride(mutations: readonly KvMutation[]): Promise<void> {
    if (this.#fault) return Promise.reject(this.#fault);
    const size = commitSize(mutations);
    return new Promise((resolve, reject) => {
      this.#riding.push({ mutations, size, resolve, reject });
      this.#ridingBytes += size.bytes;
      this.#waitingBytes += size.bytes;
      if (this.#ridingBytes > STORAGE_LIMITS.ridingBytesMax) {
        this.#running ??= this.#run();
      }
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#running || this.#riding.length > 0) {
      await (this.#running ??= this.#run());
    }
  }

  #busy(bytes: number): Error | undefined {
    const waitingBytes = this.#waitingBytes;
    if (waitingBytes + bytes <= STORAGE_LIMITS.queueBytesMax) return undefined;
    return fault(ErrorCode.RPC_BUSY, { waitingBytes });
  }

  #enqueue(
    mutations: readonly KvMutation[],
    size: CommitSize,
    urgency: Urgency,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting[urgency].push({ mutations, size, resolve, reject });
      this.#waitingBytes += size.bytes;
      this.#running ??= this.#run();
    });
  }

  async #run(): Promise<void> {
    // The first commit waits for those that the caller is about to add.
    await Promise.resolve();
    const { urgent, background } = this.#waiting;
    do {
      if (urgent.length > 0 || background.length === 0) {
        await this.#commitGroup("urgent");
      }
      if (background.length > 0) await this.#commitGroup("background");
    } while (urgent.length + background.length > 0);
    this.#running = undefined;
  }

  async #commitGroup(urgency: Urgency): Promise<void> {
    const group = this.#takeGroup(urgency);
    try {
      await this.#kv.commit(group.flatMap(({ mutations }) => mutations));
      for (const { resolve } of group) resolve();
    } catch (thrown) {
      this.#fault = ioFault(thrown, "commit");
      const { urgent, background } = this.#waiting;
      const waiting = [this.#riding, urgent, background];
      const lost = [group, ...waiting.map((all) => all.splice(0))].flat();
      for (const { reject } of lost) reject(this.#fault);
      this.#waitingBytes = 0;
    }
  }

  #takeGroup(urgency: Urgency): Waiting[] {
    const waiting = this.#waiting[urgency];
    waiting.unshift(...this.#riding.splice(0));
    this.#ridingBytes = 0;
    let total = NOTHING;
    let count = 0;
    for (const { size } of waiting) {
      const sum = addSizes(total, size);
      const fits = fitsOneCommit(sum) && sum.bytes <= BYTES_MAX[urgency];
      if (count > 0 && !fits) break;
      total = sum;
      count++;
    }
    this.#waitingBytes -= total.bytes;
    return waiting.splice(0, count);
  }
}

/** Cuts mutations into pieces that each fit one commit. */
export function splitCommits(
  mutations: readonly KvMutation[],
  bytesMax: number = KV_LIMITS.commitBytesMax,
): KvMutation[][] {
  const pieces: KvMutation[][] = [];
  let [piece, total]: [KvMutation[], CommitSize] = [[], NOTHING];
  for (const mutation of mutations) {
    const size = commitSize([mutation]);
    const sum = addSizes(total, size);
    const fits = fitsOneCommit(sum) && sum.bytes <= bytesMax;
    if (piece.length > 0 && !fits) {
      pieces.push(piece);
      [piece, total] = [[], NOTHING];
    }
    piece.push(mutation);
    total = addSizes(total, size);
  }
  return piece.length > 0 ? [...pieces, piece] : pieces;
}
