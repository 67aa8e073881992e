import { fromBinary, toBinary } from "@bufbuild/protobuf";
import type { DecidedBlock } from "../consensus/mod.ts";
import type { Roots } from "../execution/mod.ts";
import { offenceOf } from "../offence/mod.ts";
import { sha256 } from "../platform/mod.ts";
import { BlockSchema } from "../proto/gen/rustorium/v1/block_pb.ts";
import { ValidatorSetSchema } from "../proto/gen/rustorium/v1/consensus_pb.ts";
import { GenesisSchema } from "../proto/gen/rustorium/v1/state_pb.ts";
import type { SimChain } from "./chain.ts";
import { core } from "./core.ts";
import { SignedPlaces } from "./double_sign.ts";

/** What must hold in every run, looked at with every decision, result and signature. */
export class Checker {
  /** What did not hold. */
  readonly violations: string[] = [];
  /** Addresses of the validators that blocks convict, in hexadecimal. */
  readonly convicted = new Set<string>();
  readonly #chain: Pick<SimChain, "genesisHash" | "supply">;
  readonly #validators: Uint8Array;
  readonly #guilty: ReadonlySet<string>;
  readonly #decisions = new Map<bigint, string>();
  readonly #times = new Map<bigint, bigint>();
  readonly #roots = new Map<bigint, string>();
  readonly #batches = new Map<string, bigint>();
  readonly #places = new Map<string, SignedPlaces>();
  readonly #certificates = new Set<string>();

  /** `guilty`: addresses of those whom a block may convict; anybody where it is left out. */
  constructor(
    chain: Pick<SimChain, "genesis" | "genesisHash" | "supply">,
    guilty?: ReadonlySet<string>,
  ) {
    const { validators } = fromBinary(GenesisSchema, chain.genesis);
    this.#chain = chain;
    this.#validators = toBinary(ValidatorSetSchema, validators!);
    this.#guilty = guilty ?? { has: () => true } as unknown as Set<string>;
  }

  /** The highest decided height of any node. */
  get height(): bigint {
    return BigInt(this.#decisions.size);
  }

  /** Batches that any block names. */
  get batches(): number {
    return this.#batches.size;
  }

  /** The id of the block that is decided at a height, in hexadecimal. */
  decision(height: bigint): string | undefined {
    return this.#decisions.get(height);
  }

  decided(node: string, { stored, header }: DecidedBlock): void {
    const { height, blockId, certificate } = stored;
    const id = blockId.toHex();
    const known = this.#decisions.get(height);
    this.#decisions.set(height, known ?? id);
    if (known !== undefined && known !== id) {
      this.violate(node, height, "two decisions");
    }
    if (known === undefined) this.#first(node, height, stored.block);
    this.#times.set(height, header.timeMs);
    if (header.timeMs <= (this.#times.get(height - 1n) ?? 0n)) {
      this.violate(node, height, "a time that is not after the last one");
    }
    this.#certified(node, height, certificate);
  }

  executed(node: string, { height, stateRoot }: Roots): void {
    const root = stateRoot.toHex();
    const known = this.#roots.get(height) ?? root;
    this.#roots.set(height, known);
    if (known !== root) this.violate(node, height, "two states");
  }

  /** An honest validator signs a message. */
  signs(node: string, message: Uint8Array): void {
    const places = this.#places.get(node) ?? new SignedPlaces();
    this.#places.set(node, places);
    const place = places.add(message);
    if (place) this.violate(node, place, "two messages signed for one place");
  }

  /** The sum of all balances after a height. */
  supply(height: bigint, sum: bigint): void {
    if (sum === this.#chain.supply) return;
    const wrong = sum - this.#chain.supply;
    this.violate("the state", height, `${wrong} more than the supply`);
  }

  /** A block names these batches. */
  named(height: bigint, digests: readonly Uint8Array[]): void {
    for (const digest of digests) {
      const known = this.#batches.get(digest.toHex()) ?? height;
      this.#batches.set(digest.toHex(), known);
      if (known !== height) {
        this.violate("any", height, `a batch of ${known} named again`);
      }
    }
  }

  violate(node: string, at: bigint | string, what: string): void {
    this.violations.push(`${node} at ${at}: ${what}`);
  }

  #first(node: string, height: bigint, bytes: Uint8Array): void {
    const { batches, evidence } = fromBinary(BlockSchema, bytes);
    this.named(height, batches);
    for (const piece of evidence) {
      const offender = offenceOf(piece)?.validator.toHex() ?? "nobody";
      this.convicted.add(offender);
      if (!this.#guilty.has(offender)) {
        this.violate(node, height, `${offender} convicted without guilt`);
      }
    }
  }

  #certified(node: string, height: bigint, certificate: Uint8Array): void {
    const name = sha256(certificate).toHex();
    if (this.#certificates.has(name)) return;
    this.#certificates.add(name);
    try {
      core.verifyCommitCertificate(
        this.#chain.genesisHash,
        this.#validators,
        certificate,
      );
    } catch {
      this.violate(node, height, "a decision without two thirds");
    }
  }
}
