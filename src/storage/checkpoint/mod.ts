/** State pages, copy-on-write: the last checkpoint stays whole until the next one is. */
import { ErrorCode, fault } from "../../errors/mod.ts";
import type { Page, PageName, Pages } from "../../execution/types.ts";
import type { Kv, KvMutation } from "../../platform/mod.ts";
import { equal } from "../../bytes/mod.ts";
import type { CommitQueue } from "../commit_queue.ts";
import { type CheckpointMarker, type Meta, setCheckpoint } from "../meta.ts";
import { readJournals } from "./journal.ts";
import { discard, pagesAt, somePagesAt, undo } from "./pages.ts";
import { CheckpointWriter } from "./writer.ts";

export class Checkpoints {
  readonly #kv: Kv;
  readonly #queue: CommitQueue;
  #marker: CheckpointMarker | undefined;
  #readers = 0;
  /** Writing and tidying, one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(kv: Kv, queue: CommitQueue) {
    this.#kv = kv;
    this.#queue = queue;
  }

  async open(meta: Meta): Promise<void> {
    this.#marker = await meta.checkpoint();
    await this.#tidy();
  }

  get marker(): CheckpointMarker | undefined {
    return this.#marker;
  }

  /** Reads `pages` to their end. The checkpoint is real, and durable, when it resolves. */
  put(
    height: bigint,
    stateRoot: Uint8Array,
    pages: Pages,
  ): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#isKnown(height, stateRoot)) return await drain(pages);
      await this.#tidy();
      try {
        const writer = new CheckpointWriter(this.#kv, this.#queue, height);
        for await (const some of pages) {
          for (const page of some) await writer.add(page);
        }
        await writer.finish();
      } catch (thrown) {
        await this.#queue.idle();
        if (!this.#queue.fault) await this.#tidy();
        throw thrown;
      }
      await this.#queue.commit(
        [setCheckpoint(height, stateRoot)],
        "background",
      );
      this.#marker = { height, stateRoot: stateRoot.slice() };
      // What was replaced can wait; a fault of the queue is seen by whoever writes next.
      this.#inTurn(() => this.#tidy()).catch(() => undefined);
    });
  }

  /** The pages of the checkpoint at `height`, which must be the present one when reading begins. */
  async *all(height: bigint): AsyncGenerator<Page[]> {
    this.#readers++;
    try {
      await this.#last;
      if (this.#marker?.height !== height) {
        throw fault(ErrorCode.STORAGE_FAULT, {
          checkpoint: height,
          now: this.#marker?.height,
        });
      }
      yield* pagesAt(this.#kv, height);
    } finally {
      this.#readers--;
    }
  }

  /** Pages of the present checkpoint. While the next one is written they are those that it does not replace: whoever asks for others has them still. */
  some(names: readonly PageName[]): Promise<Page[]> {
    return somePagesAt(this.#kv, names, this.#marker?.height ?? 0n);
  }

  /** Resolves when nothing is being written or tidied. */
  async idle(): Promise<void> {
    await this.#last;
  }

  #isKnown(height: bigint, stateRoot: Uint8Array): boolean {
    if (!this.#marker || height > this.#marker.height) return false;
    if (
      height === this.#marker.height &&
      equal(stateRoot, this.#marker.stateRoot)
    ) return true;
    throw fault(ErrorCode.REPLAY_MISMATCH, {
      checkpoint: this.#marker.height,
      stateRoot: this.#marker.stateRoot.toHex(),
      given: { height, stateRoot: stateRoot.toHex() },
    });
  }

  /** Undoes what an unfinished checkpoint wrote, and discards what finished ones replaced unless someone still reads it. */
  async #tidy(): Promise<void> {
    const real = this.#marker?.height ?? 0n;
    for await (const { key, version, entries } of readJournals(this.#kv)) {
      const isReal = version <= real;
      if (isReal && this.#readers > 0) continue;
      const mutations: KvMutation[] = [];
      for (const entry of entries) {
        mutations.push(
          ...isReal
            ? await discard(this.#kv, entry, version)
            : undo(entry, version),
        );
      }
      await this.#queue.commitAll(
        [...mutations, { type: "delete", key }],
        "background",
      );
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

async function drain(pages: Pages): Promise<void> {
  const iterator = pages[Symbol.asyncIterator]();
  while (!(await iterator.next()).done);
}
