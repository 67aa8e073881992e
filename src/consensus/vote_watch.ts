import { create, toBinary } from "@bufbuild/protobuf";
import {
  type Evidence,
  EvidenceSchema,
  type Vote,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";
import { equal } from "../bytes/mod.ts";
import type { OffenceCheck } from "./offence.ts";
import type { Validators } from "./validators.ts";

/** Heights back and ahead whose votes are kept. */
const HEIGHTS = 8n;
/** Different votes kept for one place: false ones must not keep a true one out. */
const VOTES_MAX = 4;
/** Places of one height, whatever others claim. */
const PLACES_MAX = 4_096;

/**
 * Keeps the votes of recent heights, wherever they came from, and finds those
 * that contradict each other, also when the engine no longer looks.
 */
export class VoteWatch {
  readonly #offences: OffenceCheck;
  readonly #validators: Validators;
  readonly #heights = new Map<bigint, Map<string, Vote[]>>();
  #height = 1n;

  constructor(offences: OffenceCheck, validators: Validators) {
    this.#offences = offences;
    this.#validators = validators;
  }

  /** `height` is to be decided. */
  begin(height: bigint): void {
    this.#height = height;
    for (const kept of [...this.#heights.keys()]) {
      if (kept + HEIGHTS < height) this.#heights.delete(kept);
    }
  }

  /** Takes a vote; gives the encoded `Evidence` where it contradicts another. Signatures are looked at then only. */
  see(vote: Vote): Uint8Array | undefined {
    const { height } = vote;
    if (height + HEIGHTS < this.#height || height > this.#height + HEIGHTS) {
      return undefined;
    }
    if (this.#validators.powerOf(vote.validator) === 0n) return undefined;
    const places = this.#heights.get(height) ?? new Map<string, Vote[]>();
    this.#heights.set(height, places);
    const place = `${vote.round}/${vote.type}/${vote.validator.toHex()}`;
    const votes = places.get(place) ?? [];
    if (votes.some((one) => isSame(one, vote))) return undefined;
    if (votes.length >= VOTES_MAX || places.size >= PLACES_MAX) return;
    places.set(place, [...votes, vote]);
    return votes.length === 0 ? undefined : this.#judge(places, place);
  }

  #judge(places: Map<string, Vote[]>, place: string): Uint8Array | undefined {
    const signed = places.get(place)!.filter((one) =>
      this.#offences.isSigned(one)
    );
    places.set(place, signed);
    const byBlock = new Map(signed.map((one) => [one.blockId.toHex(), one]));
    const [first, second] = [...byBlock.keys()].toSorted()
      .map((name) => byBlock.get(name));
    if (!first || !second) return undefined;
    const evidence: Evidence = create(EvidenceSchema, {
      kind: { case: "duplicateVote", value: { first, second } },
    });
    return toBinary(EvidenceSchema, evidence);
  }
}

function isSame(one: Vote, other: Vote): boolean {
  return equal(one.blockId, other.blockId) &&
    equal(one.signature, other.signature);
}
