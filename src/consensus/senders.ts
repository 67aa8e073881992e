import { fromBinary } from "@bufbuild/protobuf";
import type { CoreExports } from "../core/mod.ts";
import { ErrorCode, isFault } from "../errors/mod.ts";
import {
  ProposalSchema,
  ValidatorSetSchema,
  VoteSchema,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";
import { Channel } from "./channel.ts";

const SIGNATURE_BYTES = 64;

export interface SendersOptions {
  core: CoreExports;
  genesisHash: Uint8Array;
  /** Encoding of `rustorium.v1.ValidatorSet`. */
  validators: Uint8Array;
}

/** Tells messages of validators from those of anybody. */
export class Senders {
  readonly #options: SendersOptions;
  readonly #keys: ReadonlyMap<string, Uint8Array>;

  constructor(options: SendersOptions) {
    this.#options = options;
    const { validators } = fromBinary(ValidatorSetSchema, options.validators);
    this.#keys = new Map(
      validators.map((one) => [one.address.toHex(), one.publicKey]),
    );
  }

  /** Whether it is a vote or proposal for that height with a validator's signature. */
  isSigned(channel: string, message: Uint8Array, height: bigint): boolean {
    const { core, genesisHash } = this.#options;
    if (channel === Channel.vote) {
      const vote = fromBinary(VoteSchema, message);
      return vote.height === height &&
        this.#holds(
          vote.validator,
          () => core.voteSignBytes(genesisHash, message),
          vote.signature,
        );
    }
    if (channel !== Channel.proposal) return false;
    const proposal = fromBinary(ProposalSchema, message);
    return proposal.height === height &&
      this.#holds(
        proposal.proposer,
        () => core.proposalSignBytes(genesisHash, message),
        proposal.signature,
      );
  }

  #holds(
    signer: Uint8Array,
    signed: () => Uint8Array,
    signature: Uint8Array,
  ): boolean {
    const key = this.#keys.get(signer.toHex());
    if (!key || signature.length !== SIGNATURE_BYTES) return false;
    try {
      return this.#options.core.verifySignature(key, signed(), signature);
    } catch (error) {
      if (isMalformed(error)) return false;
      throw error;
    }
  }
}

/** Whether the core refused bytes of others, which is their fault and not ours. */
export function isMalformed(error: unknown): boolean {
  return isFault(error, ErrorCode.MESSAGE_MALFORMED);
}
