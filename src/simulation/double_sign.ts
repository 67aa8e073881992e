import { fromBinary } from "@bufbuild/protobuf";
import {
  ProposalSchema,
  VoteSchema,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";

const VOTE_DOMAIN = 0x20;
const PROPOSAL_DOMAIN = 0x21;
const HEAD_BYTES = 33;

/** The places for which different messages were signed. */
export function doubleSigned(signed: readonly Uint8Array[]): string[] {
  const messages = new Map<string, Set<string>>();
  for (const message of signed) {
    const place = placeOf(message);
    if (place === undefined) continue;
    const known = messages.get(place) ?? new Set();
    messages.set(place, known.add(message.toHex()));
  }
  return [...messages].flatMap(([place, known]) =>
    known.size > 1 ? [place] : []
  );
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
