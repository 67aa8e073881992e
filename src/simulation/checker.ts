import { fromBinary, toBinary } from "@bufbuild/protobuf";
import type { DecidedBlock } from "../consensus/mod.ts";
import type { CoreExports } from "../core/mod.ts";
import type { BlockResult } from "../execution/mod.ts";
import { ValidatorSetSchema } from "../proto/gen/rustorium/v1/consensus_pb.ts";
import { GenesisSchema } from "../proto/gen/rustorium/v1/state_pb.ts";

/** What must hold in every run, looked at with every decision and result. */
export class Checker {
  /** What did not hold. */
  readonly violations: string[] = [];
  readonly #core: CoreExports;
  readonly #genesisHash: Uint8Array;
  readonly #validators: Uint8Array;
  readonly #decisions = new Map<bigint, string>();
  readonly #roots = new Map<bigint, string>();
  readonly #batches = new Map<string, bigint>();

  constructor(core: CoreExports, genesis: Uint8Array, genesisHash: Uint8Array) {
    this.#core = core;
    this.#genesisHash = genesisHash;
    const { validators } = fromBinary(GenesisSchema, genesis);
    this.#validators = toBinary(ValidatorSetSchema, validators!);
  }

  /** The highest decided height of any node. */
  get height(): bigint {
    return BigInt(this.#decisions.size);
  }

  /** Batches that any block names. */
  get batches(): number {
    return this.#batches.size;
  }

  decided(node: string, { stored }: DecidedBlock): void {
    const { height, blockId, certificate } = stored;
    const id = blockId.toHex();
    const known = this.#decisions.get(height) ?? id;
    this.#decisions.set(height, known);
    if (known !== id) this.#violate(node, height, "two decisions");
    try {
      this.#core.verifyCommitCertificate(
        this.#genesisHash,
        this.#validators,
        certificate,
      );
    } catch {
      this.#violate(node, height, "a decision without two thirds");
    }
  }

  executed(node: string, { height, stateRoot }: BlockResult): void {
    const root = stateRoot.toHex();
    const known = this.#roots.get(height) ?? root;
    this.#roots.set(height, known);
    if (known !== root) this.#violate(node, height, "two states");
  }

  /** A block names these batches. */
  named(height: bigint, digests: readonly Uint8Array[]): void {
    for (const digest of digests) {
      const known = this.#batches.get(digest.toHex()) ?? height;
      this.#batches.set(digest.toHex(), known);
      if (known !== height) {
        this.#violate("any", height, `a batch of ${known} named again`);
      }
    }
  }

  #violate(node: string, height: bigint, what: string): void {
    this.violations.push(`${node} at ${height}: ${what}`);
  }
}
