import { BATCH_VALID_BLOCKS } from "../core/mod.ts";
import type {
  Evidence,
  InvalidBatch,
  Proposal,
  Vote,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";

/** What a validator can be convicted of. The order is part of the store's format. */
export const OFFENCE_KINDS = [
  "duplicate_vote",
  "duplicate_proposal",
  "invalid_batch",
] as const;

export type OffenceKind = typeof OFFENCE_KINDS[number];

/** One offence, as a piece of evidence tells it. Whether it is true, the core's judge says. */
export interface Offence {
  kind: OffenceKind;
  /** The address of who did it. */
  validator: Uint8Array;
  /** Of the vote or proposal; of a batch, the one that its author made it for. */
  height: bigint;
  /** 0 for a batch. */
  round: number;
  /** The same for all evidence of one offence, and for no other. */
  name: Uint8Array;
}

/** Undefined where parts are missing, which convicts nobody. */
export function offenceOf({ kind }: Evidence): Offence | undefined {
  switch (kind.case) {
    case "duplicateVote":
      return kind.value.first && ofVote(kind.value.first);
    case "duplicateProposal":
      return kind.value.first && ofProposal(kind.value.first);
    case "invalidBatch":
      return ofBatch(kind.value);
    default:
      return undefined;
  }
}

function ofVote({ validator, height, round, type }: Vote): Offence {
  return named({ kind: "duplicate_vote", validator, height, round }, type);
}

function ofProposal({ proposer, height, round }: Proposal): Offence {
  const validator = proposer;
  return named({ kind: "duplicate_proposal", validator, height, round });
}

function ofBatch({ header }: InvalidBatch): Offence | undefined {
  if (!header) return undefined;
  const { author, validUntil, sequence } = header;
  const height = validUntil > BATCH_VALID_BLOCKS
    ? validUntil - BATCH_VALID_BLOCKS
    : 0n;
  return named(
    { kind: "invalid_batch", validator: author, height, round: 0 },
    sequence,
  );
}

function named(
  offence: Omit<Offence, "name">,
  what: number | bigint = 0,
): Offence {
  const { kind, validator, height, round } = offence;
  const name = `${kind}/${validator.toHex()}/${height}/${round}/${what}`;
  return { ...offence, name: new TextEncoder().encode(name) };
}
