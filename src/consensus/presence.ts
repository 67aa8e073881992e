import { toBinary } from "@bufbuild/protobuf";
import type { Clock } from "../platform/types.ts";
import {
  type Vote,
  VoteSchema,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";
import { Channel } from "./channel.ts";
import type { Senders } from "./senders.ts";
import type { ConsensusHealth, Timeouts } from "./types.ts";
import type { Validators } from "./validators.ts";

/** A validator's votes are looked at once in this time. */
const LOOK_EVERY_MS = 1_000;
/** Networks pass a repeated message on once in some seconds. */
const REPEATED_MS = 6_000;
/** Beyond the steps of two rounds, before a chain counts as halted. */
const PATIENCE_MS = 1_000;

export interface PresenceOptions {
  clock: Clock;
  senders: Senders;
  validators: Validators;
  /** The own address. */
  address: Uint8Array;
  emptyBlockTimeMs: number;
  timeouts: Timeouts;
}

/** Who votes, and whether the chain moves. */
export class Presence {
  readonly #options: PresenceOptions;
  /** By validator, when its last vote came whose signature was looked at. */
  readonly #heard = new Map<string, number>();
  #decidedMs: number;

  constructor(options: PresenceOptions) {
    this.#options = options;
    this.#decidedMs = options.clock.monotonic();
  }

  /** A vote came, from whomever. */
  voted(vote: Vote): void {
    const { clock, senders, validators } = this.#options;
    const name = vote.validator.toHex();
    const now = clock.monotonic();
    const last = this.#heard.get(name) ?? -Infinity;
    const isDue = now >= last + LOOK_EVERY_MS &&
      validators.powerOf(vote.validator) > 0n;
    const isTrue = isDue && senders.isSigned(
      Channel.vote,
      toBinary(VoteSchema, vote),
      vote.height,
    );
    if (isTrue) this.#heard.set(name, now);
  }

  /** A height is decided. */
  decided(): void {
    this.#decidedMs = this.#options.clock.monotonic();
  }

  health(): ConsensusHealth {
    const { clock, validators } = this.#options;
    const unheard = validators.addresses.filter((one) => !this.#isHeard(one));
    const absent = unheard.reduce(
      (sum, one) => sum + validators.powerOf(one),
      0n,
    );
    const sinceMs = clock.monotonic() - this.#decidedMs;
    return {
      isHalted: sinceMs > this.#haltMs(),
      sinceMs,
      powerHeard: validators.total - absent,
      powerTotal: validators.total,
      unheard,
    };
  }

  #isHeard(address: Uint8Array): boolean {
    const { clock, address: own, timeouts, emptyBlockTimeMs } = this.#options;
    if (address.toHex() === own.toHex()) return true;
    // Whoever is stuck says its vote again that often.
    const windowMs = Math.max(timeouts.rebroadcastMs, emptyBlockTimeMs) +
      REPEATED_MS;
    const last = this.#heard.get(address.toHex()) ?? -Infinity;
    return clock.monotonic() <= last + windowMs;
  }

  /** Two rounds without a decision, after the longest wait for transactions. */
  #haltMs(): number {
    const { timeouts, emptyBlockTimeMs } = this.#options;
    const { propose, prevote, precommit } = timeouts;
    const steps = [propose, prevote, precommit];
    const roundsMs = steps.reduce(
      (sum, one) => sum + 2 * one.ms + one.deltaMs,
      0,
    );
    return emptyBlockTimeMs + roundsMs + PATIENCE_MS;
  }
}
