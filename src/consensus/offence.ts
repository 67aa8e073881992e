import { toBinary } from "@bufbuild/protobuf";
import type { CoreExports } from "../core/mod.ts";
import {
  type DuplicateProposal,
  type DuplicateVote,
  type Evidence,
  type Proposal,
  ProposalSchema,
  type Vote,
  VoteSchema,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";
import { equal } from "./bytes.ts";
import { isMalformed } from "./senders.ts";
import type { Validators } from "./validators.ts";

export interface OffenceOptions {
  core: CoreExports;
  genesisHash: Uint8Array;
  validators: Validators;
}

/** Judges evidence as `core-wasm/src/evidence.rs` does. */
export class OffenceCheck {
  readonly #options: OffenceOptions;

  constructor(options: OffenceOptions) {
    this.#options = options;
  }

  /** Whether a validator signed both messages, and they contradict each other. */
  convicts({ kind }: Evidence): boolean {
    switch (kind.case) {
      case "duplicateVote":
        return this.#votes(kind.value);
      case "duplicateProposal":
        return this.#proposals(kind.value);
      default:
        return false;
    }
  }

  isMember(address: Uint8Array): boolean {
    return this.#options.validators.powerOf(address) > 0n;
  }

  /** Whether the validator that it names signed the vote. */
  isSigned(vote: Vote): boolean {
    const { core, genesisHash } = this.#options;
    return this.#holds(
      vote.validator,
      vote.signature,
      () => core.voteSignBytes(genesisHash, toBinary(VoteSchema, vote)),
    );
  }

  #votes({ first, second }: DuplicateVote): boolean {
    return first !== undefined && second !== undefined &&
      first.type === second.type && first.height === second.height &&
      first.round === second.round &&
      equal(first.validator, second.validator) &&
      first.blockId.toHex() < second.blockId.toHex() &&
      this.isSigned(first) && this.isSigned(second);
  }

  #proposals({ first, second }: DuplicateProposal): boolean {
    return first !== undefined && second !== undefined &&
      first.height === second.height && first.round === second.round &&
      equal(first.proposer, second.proposer) && isBefore(first, second) &&
      this.#isProposed(first) && this.#isProposed(second);
  }

  #isProposed(proposal: Proposal): boolean {
    const { core, genesisHash } = this.#options;
    return this.#holds(
      proposal.proposer,
      proposal.signature,
      () =>
        core.proposalSignBytes(genesisHash, toBinary(ProposalSchema, proposal)),
    );
  }

  #holds(
    signer: Uint8Array,
    signature: Uint8Array,
    signed: () => Uint8Array,
  ): boolean {
    const { core, validators } = this.#options;
    const key = validators.keyOf(signer);
    if (!key || signature.length !== 64) return false;
    try {
      return core.verifySignature(key, signed(), signature);
    } catch (error) {
      if (isMalformed(error)) return false;
      throw error;
    }
  }
}

/** The height of the offence. */
export function heightOf({ kind }: Evidence): bigint {
  return kind.value?.first?.height ?? 0n;
}

function isBefore(first: Proposal, second: Proposal): boolean {
  const [one, other] = [first.blockId.toHex(), second.blockId.toHex()];
  return one < other ||
    one === other && first.polRoundPlusOne < second.polRoundPlusOne;
}
