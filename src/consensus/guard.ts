import { ErrorCode, fault } from "../errors/mod.ts";
import { equal } from "../bytes/mod.ts";

/** The order in which a validator may sign within a round. */
export const Step = { proposal: 0, prevote: 1, precommit: 2 } as const;
export type Step = typeof Step[keyof typeof Step];

/** One message may be signed for each. */
export interface Place {
  height: bigint;
  round: number;
  step: Step;
}

/** What is or will be signed for a place. */
export interface Intent {
  readonly place: Place;
  /** The bytes that the signature is of. */
  readonly message: Uint8Array;
  signature?: Uint8Array;
}

/**
 * Never allows two messages for one place, nor one for a place before another
 * that was allowed. What it knows comes from the write-ahead log, where each
 * message is durable before it is signed, and from the height that the store
 * has final.
 */
export class DoubleSignGuard {
  readonly #intents = new Map<string, Intent>();
  #last: Place = { height: 0n, round: 0, step: Step.proposal };

  /** Heights up to `height` are decided: nothing is signed there any more. */
  close(height: bigint): void {
    const end = { height: height + 1n, round: 0, step: Step.proposal };
    if (compare(this.#last, end) < 0) this.#last = end;
    for (const [key, { place }] of this.#intents) {
      if (place.height <= height) this.#intents.delete(key);
    }
  }

  /** Allows the message, which must be durable before it is signed. Throws DOUBLE_SIGN_REFUSED. */
  allow(place: Place, message: Uint8Array): void {
    const before = this.#intents.get(keyOf(place));
    if (before && equal(before.message, message)) return;
    if (before || compare(place, this.#last) < 0) {
      throw fault(ErrorCode.DOUBLE_SIGN_REFUSED, {
        ...place,
        last: this.#last,
      });
    }
    this.#intents.set(keyOf(place), { place, message });
    this.#last = place;
  }

  /** What was allowed for that place. */
  intent(place: Place): Intent | undefined {
    return this.#intents.get(keyOf(place));
  }

  /** What was allowed and is not signed yet. */
  unsigned(): Intent[] {
    return [...this.#intents.values()].filter((one) => !one.signature);
  }
}

function keyOf({ height, round, step }: Place): string {
  return `${height}/${round}/${step}`;
}

function compare(one: Place, other: Place): number {
  if (one.height !== other.height) return one.height < other.height ? -1 : 1;
  return one.round - other.round || one.step - other.step;
}
