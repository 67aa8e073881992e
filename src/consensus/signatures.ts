import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { CoreExports } from "../core/mod.ts";
import { ErrorCode, fault } from "../errors/mod.ts";
import type { Signer } from "../platform/types.ts";
import {
  CommitCertificateSchema,
  ProposalSchema,
  type Vote,
  VoteCertificateSchema,
  VoteSchema,
  VoteType,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";
import { concat, equal } from "../bytes/mod.ts";
import { DoubleSignGuard, type Place, Step } from "./guard.ts";

/** Kinds of the engine's log entries that may hold an own message. */
const ENTRY_VOTE = 1;
const ENTRY_PROPOSAL = 2;

export interface SignaturesOptions {
  core: Pick<CoreExports, "voteSignBytes" | "proposalSignBytes">;
  genesisHash: Uint8Array;
  signer: Signer;
  /** The own address. */
  address: Uint8Array;
}

/**
 * The node's own signatures. The engine holds no key: it emits its votes and
 * proposals unsigned and counts them at once. They pass the guard, become
 * durable, are signed, and the signatures are filled in wherever the engine's
 * output lacks them.
 */
export class OwnSignatures {
  readonly guard = new DoubleSignGuard();
  readonly #options: SignaturesOptions;

  constructor(options: SignaturesOptions) {
    this.#options = options;
  }

  /** Intends to sign a vote. Throws DOUBLE_SIGN_REFUSED. */
  intendVote(bytes: Uint8Array): void {
    const { core, genesisHash } = this.#options;
    const place = placeOfVote(fromBinary(VoteSchema, bytes));
    this.guard.allow(place, core.voteSignBytes(genesisHash, bytes));
  }

  /** Intends to sign a proposal. Throws DOUBLE_SIGN_REFUSED. */
  intendProposal(bytes: Uint8Array): void {
    const { core, genesisHash } = this.#options;
    const place = placeOfProposal(fromBinary(ProposalSchema, bytes));
    this.guard.allow(place, core.proposalSignBytes(genesisHash, bytes));
  }

  /** Takes over what an entry of the log says was intended before. */
  remember(entry: Uint8Array): void {
    const message = messageOf(entry);
    if (!message || !equal(message.signer, this.#options.address)) return;
    const fields = entry.slice(1);
    if (entry[0] === ENTRY_VOTE) this.intendVote(fields);
    else this.intendProposal(fields);
  }

  /** Signs all that is intended; it must be durable. */
  async sign(): Promise<void> {
    for (const intent of this.guard.unsigned()) {
      intent.signature = await this.#options.signer.sign(intent.message);
    }
  }

  fillVote(bytes: Uint8Array): Uint8Array {
    return toBinary(VoteSchema, this.#filled(fromBinary(VoteSchema, bytes)));
  }

  fillProposal(bytes: Uint8Array): Uint8Array {
    const proposal = fromBinary(ProposalSchema, bytes);
    if (proposal.signature.length === 0) {
      proposal.signature = this.#signature(
        placeOfProposal(proposal),
        proposal.proposer,
      );
    }
    return toBinary(ProposalSchema, proposal);
  }

  fillVoteCertificate(bytes: Uint8Array): Uint8Array {
    const certificate = fromBinary(VoteCertificateSchema, bytes);
    certificate.votes = certificate.votes.map((vote) => this.#filled(vote));
    return toBinary(VoteCertificateSchema, certificate);
  }

  fillCommit(bytes: Uint8Array): Uint8Array {
    const certificate = fromBinary(CommitCertificateSchema, bytes);
    const { height, round } = certificate;
    for (const one of certificate.signatures) {
      if (one.signature.length > 0) continue;
      const place = { height, round, step: Step.precommit };
      one.signature = this.#signature(place, one.validator);
    }
    return toBinary(CommitCertificateSchema, certificate);
  }

  #filled(vote: Vote): Vote {
    if (vote.signature.length > 0) return vote;
    const signature = this.#signature(placeOfVote(vote), vote.validator);
    return create(VoteSchema, { ...vote, signature });
  }

  #signature(place: Place, signer: Uint8Array): Uint8Array {
    const signature = this.guard.intent(place)?.signature;
    if (signature && equal(signer, this.#options.address)) return signature;
    throw fault(ErrorCode.ENGINE_TRAPPED, { ...place, why: "not signed" });
  }
}

/** The engine's log entry of a vote. */
export function voteEntry(vote: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(ENTRY_VOTE), vote);
}

/** The engine's log entry of a proposal. */
export function proposalEntry(proposal: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(ENTRY_PROPOSAL), proposal);
}

/** Who the vote or proposal in an entry is of, and for which height. */
export function messageOf(
  entry: Uint8Array,
): { signer: Uint8Array; height: bigint } | undefined {
  const fields = entry.subarray(1);
  if (entry[0] === ENTRY_VOTE) {
    const { validator, height } = fromBinary(VoteSchema, fields);
    return { signer: validator, height };
  }
  if (entry[0] === ENTRY_PROPOSAL) {
    const { proposer, height } = fromBinary(ProposalSchema, fields);
    return { signer: proposer, height };
  }
  return undefined;
}

function placeOfVote(
  { height, round, type }: Pick<Vote, "height" | "round" | "type">,
): Place {
  const step = type === VoteType.PREVOTE ? Step.prevote : Step.precommit;
  return { height, round, step };
}

function placeOfProposal(
  { height, round }: { height: bigint; round: number },
): Place {
  return { height, round, step: Step.proposal };
}
