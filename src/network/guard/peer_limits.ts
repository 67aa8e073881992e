import { ErrorCode, fault } from "../../errors/mod.ts";
import type { Clock } from "../../platform/types.ts";
import { type Class, CLASSES } from "../channels.ts";
import { withDeadline } from "../deadline.ts";
import type { Budget } from "../exchange.ts";
import { LIMITS } from "../limits.ts";
import type { Deed } from "../peers/scores.ts";
import type { Drops } from "./drops.ts";
import { Pace } from "./pace.ts";
import { Shares } from "./shares.ts";

/** `[network.limits]` as far as it is about peers. */
export interface PerPeerLimits {
  messages_per_second: number;
  bytes_per_second: number;
  requests_per_second: number;
  requests_at_once: number;
  memory_per_peer: number;
}

export interface PeerLimitsParts {
  clock: Clock;
  limits: PerPeerLimits;
  drops: Drops;
  onDeed(id: string, deed: Deed): void;
}

interface Account {
  messages: Pace[];
  bytes: Pace[];
  requests: Pace;
  gossip: Pace;
  streams: Pace;
  line: Pace;
}

/** Votes and announcements have a part of the bytes that bulk has. */
const PARTS: Record<Class, number> = { 0: 1 / 4, 1: 1 / 4, 2: 1 };
/** Of the bytes of bulk, what a connection of the control plane has for all it carries. */
const LINE_PART = 1 / 4;
/** What validators and persistent peers may send more than others. */
const FAVOUR = 8;
/** A pace holds so much of what flows in, in seconds. */
const BURST_SECONDS = 2;

/** What one peer may send, ask and hold, by class, on one plane. */
export class PeerLimits {
  readonly #parts: PeerLimitsParts;
  /** Of too many the one that was opened first is forgotten. */
  readonly #accounts = new Map<string, Account>();
  readonly #asking: Shares;
  readonly #memory: Shares;
  #protected: ReadonlySet<string> = new Set();

  constructor(parts: PeerLimitsParts) {
    const { requests_at_once, memory_per_peer } = parts.limits;
    this.#parts = parts;
    this.#asking = new Shares({
      all: Math.max(LIMITS.requestsMax, 2 * requests_at_once),
      each: requests_at_once,
    });
    this.#memory = new Shares({
      all: Math.max(LIMITS.answersBytesMax, 2 * memory_per_peer),
      each: memory_per_peer,
    });
  }

  /** Bytes of questions and answers of all peers. */
  get heldBytes(): number {
    return this.#memory.held;
  }

  /** Validators and persistent peers from now on. */
  protect(ids: Iterable<string>): void {
    const before = this.#protected;
    this.#protected = new Set(ids);
    const changed = this.#protected.symmetricDifference(before);
    for (const id of changed) this.#accounts.delete(id);
  }

  /** A message came. Where it came too fast, resolves when the next may be read. */
  message(id: string, of: Class, bytes: number): Promise<void> | undefined {
    const account = this.#account(id);
    const messages = account.messages[of]!;
    const all = account.bytes[of]!;
    const waitMs = Math.max(messages.spend(1), all.spend(bytes));
    return waitMs === 0 ? undefined : this.#pause(id, waitMs, messages, all);
  }

  /** The same of whatever comes on a connection of the control plane. */
  line(id: string, bytes: number): Promise<void> | undefined {
    return this.#spend(id, this.#account(id).line, bytes);
  }

  /** And of a stream that the other side opened. */
  stream(id: string): Promise<void> | undefined {
    return this.#spend(id, this.#account(id).streams, 1);
  }

  /** Whether a message that it passed on is to be looked at. */
  gossip(id: string): boolean {
    const pace = this.#account(id).gossip;
    const isHeard = pace.spend(1) === 0;
    if (!isHeard) this.#parts.drops.count("gossip");
    this.#look(id, pace);
    return isHeard;
  }

  /** Runs the answer to a question, with what memory it has for it. Whoever is slow to ask or to read counts as one who asks too much. @throws RPC_BUSY, PEER_TIMEOUT */
  async question<T>(
    id: string,
    work: (memory: Budget) => Promise<T>,
  ): Promise<T> {
    if (!this.#asking.take(id, 1, this.#isProtected(id))) {
      throw this.#refusal(id, "requests");
    }
    try {
      await this.#spend(id, this.#account(id).requests, 1);
      const memory = {
        take: (bytes: number) => this.#hold(id, bytes),
        give: (bytes: number) => this.#memory.give(id, bytes),
      };
      return await withDeadline(
        this.#parts.clock,
        LIMITS.answerReadMsMax,
        work(memory),
        () => this.#refusal(id, "slow"),
      );
    } finally {
      this.#asking.give(id, 1);
    }
  }

  #hold(id: string, bytes: number): void {
    if (this.#memory.take(id, bytes, this.#isProtected(id))) return;
    throw this.#refusal(id, "memory");
  }

  #refusal(id: string, reason: "requests" | "memory" | "slow"): Error {
    this.#parts.drops.count(reason);
    this.#parts.onDeed(id, "excess");
    const code = reason === "slow"
      ? ErrorCode.PEER_TIMEOUT
      : ErrorCode.RPC_BUSY;
    return fault(code, { peer: id, reason });
  }

  #spend(id: string, pace: Pace, amount: number): Promise<void> | undefined {
    const waitMs = pace.spend(amount);
    return waitMs === 0 ? undefined : this.#pause(id, waitMs, pace);
  }

  #pause(id: string, waitMs: number, ...paces: Pace[]): Promise<void> {
    for (const pace of paces) this.#look(id, pace);
    const { clock, drops } = this.#parts;
    drops.count("paused");
    return clock.sleep(waitMs);
  }

  #look(id: string, pace: Pace): void {
    if (pace.hasOwedFor(LIMITS.floodMs)) this.#parts.onDeed(id, "flood");
  }

  #isProtected(id: string): boolean {
    return this.#protected.has(id);
  }

  #account(id: string): Account {
    const known = this.#accounts.get(id);
    if (known) return known;
    const account = this.#open(this.#isProtected(id) ? FAVOUR : 1);
    this.#accounts.set(id, account);
    if (this.#accounts.size > LIMITS.scoredPeersMax) {
      this.#accounts.delete(this.#accounts.keys().next().value!);
    }
    return account;
  }

  #open(favour: number): Account {
    const { clock, limits } = this.#parts;
    const pace = (rate: number) => {
      const perSecond = favour * rate;
      return new Pace(clock, { perSecond, burst: BURST_SECONDS * perSecond });
    };
    return {
      messages: CLASSES.map(() => pace(limits.messages_per_second)),
      bytes: CLASSES.map((of) => pace(PARTS[of] * limits.bytes_per_second)),
      requests: pace(limits.requests_per_second),
      gossip: pace(limits.messages_per_second),
      streams: pace(limits.requests_per_second),
      line: pace(LINE_PART * limits.bytes_per_second),
    };
  }
}
