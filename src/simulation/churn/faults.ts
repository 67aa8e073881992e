import type { Internet, Random } from "../../platform/mod.ts";
import type { Member } from "./member.ts";

/** What is done to the members, by chance. */
export interface FaultParts {
  random: Random;
  internet: Internet;
  /** That run at the beginning. */
  nodes: number;
  /** How many times as fast as in a day everything happens. */
  haste: number;
  nowMs(): number;
  after(delayMs: number, callback: () => void): void;
  /** All that may run, whether they do or not. */
  members(): Member[];
  /** A node that nobody knows. */
  create(): Member;
  /** A host where nobody was before. */
  host(): string;
  start(member: Member): Promise<void>;
  onViolation(text: string): void;
}

/** How often each happened. */
export interface FaultCounts {
  joins: number;
  returns: number;
  moves: number;
  leaves: number;
  vanishings: number;
  cuts: number;
  partitions: number;
}

/** Than at the beginning, so many fewer or more may run. */
const SPREAD = 2;
/** Of the validators so many may be away at once. */
const AWAY_MAX = 1;
/** A process that says goodbye has gone by then. */
const REST_MS = 15_000;
const PAUSE_MS = { least: 10_000, most: 120_000 };
/** Who may come back; more are forgotten for ever. */
const AWAY_KEPT = 8;
const PARTITION_EVERY_MS = 1_800_000;
const SHORT_MS = { least: 5_000, most: 25_000 };
const LONG_MS = { least: 60_000, most: 360_000 };
const ORDERS = 2 ** 32;
const KINDS = ["join", "return", "leave", "vanish", "cut"] as const;

/** Members come, go with and without a word, and return; connections break; now and then the internet does. */
export class Faults {
  readonly #parts: FaultParts;
  readonly #leaving = new Set<{ name: string }>();
  readonly counts: FaultCounts = {
    ...{ joins: 0, returns: 0, moves: 0 },
    ...{ leaves: 0, vanishings: 0, cuts: 0, partitions: 0 },
  };
  /** When the last partition ended; Infinity while there is one. */
  healedMs = 0;
  #isOver = false;

  constructor(parts: FaultParts) {
    this.#parts = parts;
  }

  /** Who has begun to say goodbye, and is not gone yet. */
  get leaving(): string[] {
    return [...this.#leaving].map(({ name }) => name);
  }

  /** From now on, until {@linkcode end}. */
  start(): void {
    this.#next();
    this.#parts.after(this.#everyMs / 3, () => this.#partition());
  }

  /** All is well from now on; who is away comes back. */
  end(): void {
    this.#isOver = true;
    if (this.healedMs === Infinity) this.#heal();
    for (const member of this.#away()) {
      if (member.isValidator) this.#return(member);
    }
  }

  /** It says goodbye, and is to leave nothing behind. */
  async leave(member: Member): Promise<void> {
    const { onViolation } = this.#parts;
    const { name } = member;
    const leaving = { name };
    this.#leaving.add(leaving);
    try {
      const left = await member.leave();
      if (left.length > 0) onViolation(`${name} has left ${left.join(", ")}`);
    } catch (error) {
      onViolation(`${name} did not leave: ${error}`);
    } finally {
      this.#leaving.delete(leaving);
    }
  }

  #next(): void {
    const { haste } = this.#parts;
    this.#parts.after(this.#between(PAUSE_MS) / haste, () => {
      if (this.#isOver) return;
      this.#do(KINDS[this.#parts.random.integer(KINDS.length)]!);
      this.#next();
    });
  }

  #do(kind: typeof KINDS[number]): void {
    const alive = this.#alive();
    if (kind === "cut") return this.#cut();
    if (kind === "join" || kind === "return") {
      if (alive.length >= this.#parts.nodes + SPREAD) return this.#go("leave");
      const away = this.#away();
      return kind === "join" || away.length === 0
        ? this.#join()
        : this.#return(away[this.#parts.random.integer(away.length)]!);
    }
    if (alive.length <= this.#parts.nodes - SPREAD) return this.#join();
    this.#go(kind);
  }

  #join(): void {
    const { create, start } = this.#parts;
    this.counts.joins++;
    start(create());
  }

  /** With its key and its disk, at another address as often as not. */
  #return(member: Member): void {
    const { nowMs, after, random, host, start } = this.#parts;
    const waitMs = member.endedMs + REST_MS - nowMs();
    if (waitMs > 0) return after(waitMs, () => this.#return(member));
    if (member.life) return;
    this.counts.returns++;
    if (random.integer(2) === 0) {
      this.counts.moves++;
      member.host = host();
    }
    start(member);
  }

  #go(kind: "leave" | "vanish"): void {
    const { random } = this.#parts;
    const awayValidators = this.#away().filter((one) => one.isValidator);
    const may = this.#alive().filter((one) =>
      !one.isValidator || awayValidators.length < AWAY_MAX
    );
    const member = may[random.integer(may.length)]!;
    if (kind === "vanish") {
      this.counts.vanishings++;
      return member.vanish();
    }
    this.counts.leaves++;
    this.leave(member);
  }

  #cut(): void {
    const { internet, random } = this.#parts;
    const { ends } = internet;
    if (ends.length === 0) return;
    this.counts.cuts++;
    ends[random.integer(ends.length)]!.cut();
  }

  #partition(): void {
    if (this.#isOver) return;
    const { internet, random, after, haste } = this.#parts;
    internet.partition(this.#sides());
    this.healedMs = Infinity;
    this.counts.partitions++;
    const isShort = random.integer(3) === 0;
    const lengthMs = isShort
      ? this.#between(SHORT_MS)
      : this.#between(LONG_MS) / haste;
    after(lengthMs, () => this.#heal());
    after(this.#everyMs, () => this.#partition());
  }

  /** Half of the validators and half of the others; whoever comes is on the first side. */
  #sides(): (host: string) => number {
    const order = this.#alive().map((member) => ({
      member,
      place: this.#parts.random.integer(ORDERS),
    })).toSorted((one, other) =>
      Number(one.member.isValidator) - Number(other.member.isValidator) ||
      one.place - other.place
    );
    const sides = new Map(order.map(({ member }, n) => [member.host, n % 2]));
    return (host) => sides.get(host) ?? 0;
  }

  get #everyMs(): number {
    return PARTITION_EVERY_MS / this.#parts.haste;
  }

  #heal(): void {
    const { internet, nowMs } = this.#parts;
    if (this.healedMs !== Infinity) return;
    internet.heal();
    this.healedMs = nowMs();
  }

  #alive(): Member[] {
    return this.#parts.members().filter(({ life }) => life);
  }

  /** The last ones that went; others have gone for ever. */
  #away(): Member[] {
    const away = this.#parts.members().filter(({ life }) => !life)
      .toSorted((one, other) => other.endedMs - one.endedMs);
    const mayReturn = ({ isValidator }: Member, n: number) =>
      isValidator || n < AWAY_KEPT;
    for (const [n, member] of away.entries()) {
      if (!mayReturn(member, n)) member.wipe();
    }
    return away.filter(mayReturn);
  }

  #between({ least, most }: { least: number; most: number }): number {
    return least + this.#parts.random.integer(most - least + 1);
  }
}
