import { ErrorCode, fault } from "../errors/mod.ts";
import {
  addSizes,
  type CommitSize,
  commitSize,
  fitsOneCommit,
  ioFault,
  type Kv,
  type KvMutation,
} from "../platform/mod.ts";
import { STORAGE_LIMITS } from "./limits.ts";

interface Waiting {
  mutations: readonly KvMutation[];
  size: CommitSize;
  resolve(): void;
  reject(error: Error): void;
}

const NOTHING: CommitSize = { mutations: 0, keyBytes: 0, bytes: 0 };

/**
 * The one way to write. Commits become durable in the order of the calls; those
 * that wait together share one, because each costs an fsync. After the first
 * failure everything is refused with the same error: what came later may build
 * on what was lost.
 */
export class CommitQueue {
  readonly #kv: Kv;
  #waiting: Waiting[] = [];
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
  commit(mutations: readonly KvMutation[]): Promise<void> {
    if (this.#fault) return Promise.reject(this.#fault);
    if (mutations.length === 0) return Promise.resolve();
    const size = commitSize(mutations);
    const busy = this.#busy(size.bytes);
    if (busy) return Promise.reject(busy);
    return this.#enqueue(mutations, size);
  }

  /** Any number of mutations in as many commits as they need, in their order; the last one is in the last commit. */
  async commitAll(mutations: readonly KvMutation[]): Promise<void> {
    const busy = this.#fault ?? this.#busy(commitSize(mutations).bytes);
    if (busy) throw busy;
    await Promise.all(
      splitCommits(mutations).map((piece) =>
        this.#enqueue(piece, commitSize(piece))
      ),
    );
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#running;
  }

  #busy(bytes: number): Error | undefined {
    const waitingBytes = this.#waitingBytes;
    if (waitingBytes + bytes <= STORAGE_LIMITS.queueBytesMax) return undefined;
    return fault(ErrorCode.RPC_BUSY, { waitingBytes });
  }

  #enqueue(mutations: readonly KvMutation[], size: CommitSize): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ mutations, size, resolve, reject });
      this.#waitingBytes += size.bytes;
      this.#running ??= this.#run();
    });
  }

  async #run(): Promise<void> {
    // The first commit waits for those that the caller is about to add.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#commitGroup(this.#takeGroup());
    this.#running = undefined;
  }

  async #commitGroup(group: Waiting[]): Promise<void> {
    try {
      await this.#kv.commit(group.flatMap(({ mutations }) => mutations));
      for (const { resolve } of group) resolve();
    } catch (thrown) {
      this.#fault = ioFault(thrown, "commit");
      for (const { reject } of [...group, ...this.#waiting]) {
        reject(this.#fault);
      }
      this.#waiting = [];
      this.#waitingBytes = 0;
    }
  }

  #takeGroup(): Waiting[] {
    let total = NOTHING;
    let count = 0;
    for (const { size } of this.#waiting) {
      const sum = addSizes(total, size);
      if (count > 0 && !fitsOneCommit(sum)) break;
      total = sum;
      count++;
    }
    this.#waitingBytes -= total.bytes;
    return this.#waiting.splice(0, count);
  }
}

/** Cuts mutations into pieces that each fit one commit. */
export function splitCommits(mutations: readonly KvMutation[]): KvMutation[][] {
  const pieces: KvMutation[][] = [];
  let [piece, total]: [KvMutation[], CommitSize] = [[], NOTHING];
  for (const mutation of mutations) {
    const size = commitSize([mutation]);
    const sum = addSizes(total, size);
    if (piece.length > 0 && !fitsOneCommit(sum)) {
      pieces.push(piece);
      [piece, total] = [[], NOTHING];
    }
    piece.push(mutation);
    total = addSizes(total, size);
  }
  return piece.length > 0 ? [...pieces, piece] : pieces;
}
