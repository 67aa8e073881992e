import { fromBinary } from "@bufbuild/protobuf";
import { sha256 } from "../platform/mod.ts";
import {
  ProposalSchema,
  VoteSchema,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";

const VOTE_DOMAIN = 0x20;
const PROPOSAL_DOMAIN = 0x21;
const HEAD_BYTES = 33;

/** What one key has signed, by height, round and step. */
export class SignedPlaces {
  readonly #messages = new Map<string, string>();

  /** Takes a message; gives its place where another one was signed for it. */
  add(message: Uint8Array): string | undefined {
    const place = placeOf(message);
    if (place === undefined) return undefined;
    const name = sha256(message).toHex();
    const known = this.#messages.get(place) ?? name;
    this.#messages.set(place, known);
    return known === name ? undefined : place;
  }
}

/** The places for which different messages were signed. */
export function doubleSigned(signed: readonly Uint8Array[]): string[] {
  const places = new SignedPlaces();
  return [...new Set(signed.flatMap((message) => places.add(message) ?? []))];
}

function placeOf(message: Uint8Array): string | undefined {
  const fields = message.subarray(HEAD_BYTES);
  if (message[0] === VOTE_DOMAIN) {
    const { type, height, round } = fromBinary(VoteSchema, fields);
    return `${height}/${round}/${type}`;
  }
  if (message[0] === PROPOSAL_DOMAIN) {
    const { height, round } = fromBinary(ProposalSchema, fields);
    return `${height}/${round}/proposal`;
  }
  return undefined;
}
