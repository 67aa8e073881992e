import type { Clock } from "../../platform/types.ts";
import { LIMITS } from "../limits.ts";

/** What a peer did. */
export type Deed =
  /** Brought something new. */
  | "useful"
  /** Answered a question. */
  | "answered"
  /** Did not answer in time. */
  | "late"
  /** Sent what no honest node sends. */
  | "invalid"
  /** Asked for more at once than one peer may. */
  | "excess"
  /** Sent faster than its share for seconds on end. */
  | "flood";

const POINTS: Record<Deed, number> = {
  useful: 0.5,
  answered: 1,
  late: -5,
  invalid: -25,
  excess: -1,
  flood: -35,
};
const POINTS_MAX = 100;
/** Points of old fade: half of them are left after this time. */
const HALF_LIFE_MS = 600_000;
/** A round trip that is neither praised nor blamed. */
const FAIR_RTT_MS = 250;
const RTT_POINTS_MAX = 10;

interface Account {
  points: number;
  atMs: number;
  rttMs?: number;
}

/** How good peers are, by what they did lately: from about -110 to 110, 0 for whoever is new. */
export class Scores {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #accounts = new Map<string, Account>();

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
  }

  /** Adds what a peer did; gives its score. */
  note(id: string, deed: Deed): number {
    const account = this.#account(id);
    const points = account.points + POINTS[deed];
    account.points = Math.max(-POINTS_MAX, Math.min(POINTS_MAX, points));
    return this.of(id);
  }

  /** A round trip was measured; the mean moves by a fourth of the way. */
  measure(id: string, rttMs: number): void {
    const account = this.#account(id);
    const before = account.rttMs ?? rttMs;
    account.rttMs = before + (rttMs - before) / 4;
  }

  of(id: string): number {
    const account = this.#accounts.get(id);
    if (!account) return 0;
    const { rttMs = FAIR_RTT_MS } = account;
    const speed = RTT_POINTS_MAX * (1 - rttMs / FAIR_RTT_MS);
    return this.#faded(account) + Math.max(-RTT_POINTS_MAX, speed);
  }

  /** The one that did something longest ago is forgotten first. */
  #account(id: string): Account {
    const known = this.#accounts.get(id);
    const account: Account = {
      ...known,
      points: known ? this.#faded(known) : 0,
      atMs: this.#clock.monotonic(),
    };
    this.#accounts.delete(id);
    this.#accounts.set(id, account);
    if (this.#accounts.size > LIMITS.scoredPeersMax) {
      this.#accounts.delete(this.#accounts.keys().next().value!);
    }
    return account;
  }

  #faded({ points, atMs }: Account): number {
    return points * 2 ** ((atMs - this.#clock.monotonic()) / HALF_LIFE_MS);
  }
}
