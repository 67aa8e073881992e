import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { CoreExports } from "../core/mod.ts";
import { ErrorCode, fault } from "../errors/mod.ts";
import { genesisHead } from "../genesis/mod.ts";
import type { Roots } from "../execution/types.ts";
import {
  type Header,
  HeaderSchema,
} from "../proto/gen/rustorium/v1/block_pb.ts";
import {
  type Evidence,
  EvidenceSchema,
  ValidatorSetSchema,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";
import {
  type Parameters,
  ParametersSchema,
} from "../proto/gen/rustorium/v1/state_pb.ts";
import { equal, join, list } from "../bytes/mod.ts";

/** Domains of hashes, as `core-wasm/src/hash.rs` numbers them. */
const Domain = {
  validatorSet: 0x05,
  parameters: 0x06,
  certificate: 0x07,
  evidence: 0x08,
} as const;

/** The last decided block; the genesis at height 0. */
export interface Tip {
  height: bigint;
  blockId: Uint8Array;
  timeMs: bigint;
  /** Encoded; empty at height 0. */
  certificate: Uint8Array;
  /** Per unit of gas. */
  baseFee: bigint;
}

/** What a proposer chooses. */
export interface HeaderChoice {
  timeMs: bigint;
  proposer: Uint8Array;
  batches: readonly Uint8Array[];
  evidence: readonly Evidence[];
}

/** What must be in a header: it follows from the genesis, the parent and the results of two heights before. */
export class HeaderRules {
  readonly chainId: string;
  readonly parameters: Parameters;
  /** Encoding of the genesis' `ValidatorSet`. */
  readonly validators: Uint8Array;
  readonly genesisTip: Tip;
  readonly #core: CoreExports;
  readonly #validatorsHash: Uint8Array;
  readonly #encodedParameters: Uint8Array;
  readonly #parametersHash: Uint8Array;

  constructor(core: CoreExports, genesis: Uint8Array, genesisHash: Uint8Array) {
    const { chainId, timeMs, parameters, validators } = genesisHead(genesis);
    if (!parameters || !validators) throw fault(ErrorCode.GENESIS_INVALID);
    this.#core = core;
    this.chainId = chainId;
    this.parameters = parameters;
    this.validators = toBinary(ValidatorSetSchema, validators);
    this.genesisTip = {
      height: 0n,
      blockId: genesisHash,
      timeMs,
      certificate: new Uint8Array(),
      baseFee: parameters.baseFeeMin,
    };
    this.#validatorsHash = core.hashOf(Domain.validatorSet, this.validators);
    this.#encodedParameters = toBinary(ParametersSchema, parameters);
    this.#parametersHash = core.hashOf(
      Domain.parameters,
      this.#encodedParameters,
    );
  }

  /** The address of the validator with that key; undefined where it is none. */
  addressOf(publicKey: Uint8Array): Uint8Array | undefined {
    const { validators } = fromBinary(ValidatorSetSchema, this.validators);
    return validators.find((one) => equal(one.publicKey, publicKey))?.address;
  }

  /** The header after `tip`, given the results of two heights before it. */
  header(tip: Tip, results: Roots, choice: HeaderChoice): Header {
    const core = this.#core;
    const evidence = choice.evidence.map((one) =>
      toBinary(EvidenceSchema, one)
    );
    return create(HeaderSchema, {
      protocolVersion: this.parameters.protocolVersion,
      chainId: this.chainId,
      height: tip.height + 1n,
      timeMs: choice.timeMs,
      parent: tip.blockId,
      proposer: choice.proposer,
      validatorsHash: this.#validatorsHash,
      nextValidatorsHash: this.#validatorsHash,
      parametersHash: this.#parametersHash,
      lastCertificateHash: core.hashOf(Domain.certificate, tip.certificate),
      evidenceHash: core.hashOf(Domain.evidence, list(evidence)),
      batchRoot: core.listRoot(
        join(choice.batches),
        new Uint32Array(choice.batches.length).fill(32),
      ),
      baseFee: core.baseFeeAfter(
        this.#encodedParameters,
        tip.baseFee,
        results.gasUsed,
      ),
      gasUsed: results.gasUsed,
      stateRoot: results.stateRoot,
      receiptsRoot: results.receiptsRoot,
      messagesRoot: results.messagesRoot,
    });
  }

  /** Throws REPLAY_MISMATCH where a decided header does not carry these results. */
  checkResults(header: Header, results: Roots): void {
    for (
      const field of ["stateRoot", "receiptsRoot", "messagesRoot"] as const
    ) {
      if (!equal(header[field], results[field])) {
        throw fault(ErrorCode.REPLAY_MISMATCH, {
          height: header.height,
          field,
          header: header[field].toHex(),
          executed: results[field].toHex(),
        });
      }
    }
    if (header.gasUsed !== results.gasUsed) {
      throw fault(ErrorCode.REPLAY_MISMATCH, {
        height: header.height,
        field: "gasUsed",
        header: header.gasUsed,
        executed: results.gasUsed,
      });
    }
  }
}
