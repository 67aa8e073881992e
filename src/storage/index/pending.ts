import { join } from "../../bytes/mod.ts";
import type { Archive } from "../archive.ts";
import type { IndexLimits } from "../limits.ts";
import { entryCount } from "./entry.ts";

/** Entries that are not in a segment yet. The results tell them too, so a crash loses nothing. */
export class PendingEntries {
  /** Of falling length, so that there are few. */
  readonly runs: Uint8Array[] = [];
  entries = 0;
  heights = 0;
  /** The last height in here. */
  height = 0n;
  readonly #core: Archive;

  constructor(core: Archive) {
    this.#core = core;
  }

  add(height: bigint, run: Uint8Array): void {
    this.heights++;
    if (height > this.height) this.height = height;
    if (run.length === 0) return;
    this.entries += entryCount(run);
    this.runs.push(run);
    this.#balance();
  }

  isFull({ pendingEntriesMax, pendingHeightsMax }: IndexLimits): boolean {
    return this.entries >= pendingEntriesMax ||
      this.heights >= pendingHeightsMax;
  }

  /** All of them as one run. */
  merged(): Uint8Array {
    return this.#core.mergeRuns(join(this.runs));
  }

  #balance(): void {
    while (this.runs.length > 1) {
      const [a, b] = this.runs.slice(-2);
      if (!a || !b || a.length > 2 * b.length) return;
      this.runs.splice(-2, 2, this.#core.mergeRuns(join([a, b])));
    }
  }
}
