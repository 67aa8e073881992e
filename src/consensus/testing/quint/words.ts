/** Sentences of the traces, such as `prevote 0/1 blue by v3`: height and round, a block or `nil`, an author. */
import { VoteType } from "../../../proto/gen/rustorium/v1/consensus_pb.ts";

const ID_BYTES = 32;

export interface VoteWords {
  type: VoteType;
  height: number;
  round: number;
  block: string;
  author: string;
}

export interface ProposalWords extends Omit<VoteWords, "type"> {
  /** Of the proof of lock; -1 for none. */
  validRound: number;
}

export interface Certificate extends Omit<VoteWords, "author"> {
  authors: string[];
}

/** `prevote 0/1 blue by v3` */
export function parseVote(words: readonly string[]): VoteWords {
  const [kind, place = "", block = "", , author = ""] = words;
  const type = kind === "prevote" ? VoteType.PREVOTE : VoteType.PRECOMMIT;
  return { type, ...parsePlace(place), block, author };
}

/** `0/1 blue -1 by v3`, the number that of the valid round */
export function parseProposal(words: readonly string[]): ProposalWords {
  const [place = "", block = "", validRound, , author = ""] = words;
  return {
    ...{ ...parsePlace(place), block, author },
    validRound: Number(validRound),
  };
}

/** `prevote 0/1 blue by v1,v2,v3` */
export function parseCertificate(words: readonly string[]): Certificate {
  const { author, ...vote } = parseVote(words);
  return { ...vote, authors: author.split(",") };
}

/** The id of a block of that name; empty for `nil`. */
export function idOf(block: string): Uint8Array {
  const id = new Uint8Array(block === "nil" ? 0 : ID_BYTES);
  if (id.length > 0) new TextEncoder().encodeInto(block, id);
  return id;
}

/** The inverse. */
export function blockOf(id: Uint8Array): string {
  if (id.length === 0) return "nil";
  return new TextDecoder().decode(id).replace(/\0+$/, "");
}

function parsePlace(place: string): { height: number; round: number } {
  const [height, round] = place.split("/").map(Number);
  return { height: height!, round: round! };
}
