/** After so many blocks with transactions, one after the other, they come quickly. */
const FULL_BLOCKS = 4;

/** Whether transactions come quickly: then what comes has its time, and wakes nobody before. */
export class Busy {
  /** Blocks with transactions since the last without. */
  #fullBlocks = 0;

  get isBusy(): boolean {
    return this.#fullBlocks >= FULL_BLOCKS;
  }

  /** A block is executed. */
  executed({ batches }: { batches: readonly unknown[] }): void {
    this.#fullBlocks = batches.length > 0 ? this.#fullBlocks + 1 : 0;
  }
}
