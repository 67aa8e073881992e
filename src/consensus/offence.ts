import { toBinary } from "@bufbuild/protobuf";
import type { core, CoreExports } from "../core/mod.ts";
import {
  type Vote,
  VoteSchema,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";

export interface OffenceOptions {
  core: CoreExports;
  genesisHash: Uint8Array;
  /** Encoding of `rustorium.v1.ValidatorSet`. */
  validators: Uint8Array;
}

/** Asks the core, which is the one judge of evidence. */
export class OffenceCheck {
  readonly #judge: core.EvidenceJudge;

  constructor({ core, genesisHash, validators }: OffenceOptions) {
    this.#judge = new core.EvidenceJudge(genesisHash, validators);
  }

  /** Whether an encoded `Evidence` convicts a validator. */
  convicts(evidence: Uint8Array): boolean {
    return this.#judge.convicts(evidence);
  }

  /** Whether the validator that it names signed the vote. */
  isSigned(vote: Vote): boolean {
    return this.#judge.isSigned(toBinary(VoteSchema, vote));
  }
}
