import type { Clock, Timer } from "../platform/mod.ts";
import { readResident } from "./cpu.ts";
import type { LoadNode } from "./types.ts";

interface Look {
  atMs: number;
  /** Resident, of each node. */
  bytes: number[];
}

const LOOK_MS = 500;
const KEPT_MAX = 2_000;

/** Looks at the memory of the nodes until it is stopped; the longer it takes, the more seldom it keeps what it saw. */
export class MemoryWatch {
  readonly #clock: Clock;
  readonly #nodes: readonly LoadNode[];
  #looks: Look[] = [];
  #every = 1;
  #seen = 0;
  #most = 0;
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

  stop(): void {
    this.#timer?.cancel();
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
