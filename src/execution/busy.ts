/** Transactions come quickly after so many blocks, one after the other, with so many submissions each. */
const BLOCKS = 3;
const SUBMISSIONS = 3;

/** Whether transactions come quickly: then what comes has its time, and wakes nobody before. */
export class Busy {
  #blocks = 0;
  /** Since the last block. */
  #submissions = 0;

  get isBusy(): boolean {
    return this.#blocks >= BLOCKS;
  }

  submitted(): void {
    this.#submissions++;
  }

  /** A block is executed. */
  executed({ batches }: { batches: readonly unknown[] }): void {
    const isFull = batches.length > 0 && this.#submissions >= SUBMISSIONS;
    this.#blocks = isFull ? this.#blocks + 1 : 0;
    this.#submissions = 0;
  }
}
