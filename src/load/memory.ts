import type { Clock, Timer } from "../platform/mod.ts";
import { readPeak, readResident } from "./cpu.ts";
import { slopeOf } from "./slope.ts";
import type { LoadNode } from "./types.ts";

interface Look {
  atMs: number;
  /** Resident, of each node. */
  bytes: number[];
}

const LOOK_MS = 500;
const KEPT_MAX = 2_000;
const MINUTE_MS = 60_000;

/** Looks at the memory of the nodes until it is stopped; the longer it takes, the more seldom it keeps what it saw. */
export class MemoryWatch {
  readonly #clock: Clock;
  readonly #nodes: readonly LoadNode[];
  #looks: Look[] = [];
  #every = 1;
  #seen = 0;
  #most = 0;
  #peak = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, nodes: readonly LoadNode[]) {
    this.#clock = clock;
    this.#nodes = nodes;
    this.#look();
  }

  get looks(): readonly Look[] {
    return this.#looks;
  }

  /** That one node had at any look. */
  get mostBytes(): number {
    return this.#most;
  }

  /** That one node had since its start; known once it is stopped. */
  get peakBytes(): number {
    return this.#peak;
  }

  /** Bytes by which the node that grew most did, each minute, in the second half of the looks. */
  get bytesPerMinute(): number {
    const late = this.#looks.slice(Math.floor(this.#looks.length / 2));
    const slopes = this.#nodes.map((_, n) =>
      slopeOf(late.map(({ atMs, bytes }) => ({ x: atMs, y: bytes[n]! })))
    );
    return Math.max(...slopes) * MINUTE_MS;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#peak = Math.max(...this.#nodes.map(({ pid }) => readPeak(pid)));
  }

  #look(): void {
    const bytes = this.#nodes.map(({ pid }) => readResident(pid));
    this.#most = Math.max(this.#most, ...bytes);
    if (this.#seen++ % this.#every === 0) {
      this.#looks.push({ atMs: this.#clock.monotonic(), bytes });
    }
    if (this.#looks.length >= KEPT_MAX) {
      this.#looks = this.#looks.filter((_, n) => n % 2 === 0);
      this.#every *= 2;
    }
    this.#timer = this.#clock.schedule(LOOK_MS, () => this.#look());
  }
}
