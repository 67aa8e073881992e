import { fromBinary } from "@bufbuild/protobuf";
import {
  type Validator,
  ValidatorSetSchema,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";

/** The members of the set by their address. */
export class Validators {
  readonly total: bigint;
  readonly #members: ReadonlyMap<string, Validator>;

  /** From an encoded `ValidatorSet`. */
  constructor(bytes: Uint8Array) {
    const { validators } = fromBinary(ValidatorSetSchema, bytes);
    this.#members = new Map(
      validators.map((one) => [one.address.toHex(), one]),
    );
    this.total = validators.reduce((sum, { power }) => sum + power, 0n);
  }

  get count(): number {
    return this.#members.size;
  }

  get addresses(): Uint8Array[] {
    return [...this.#members.values()].map(({ address }) => address);
  }

  keyOf(address: Uint8Array): Uint8Array | undefined {
    return this.#members.get(address.toHex())?.publicKey;
  }

  /** 0 where it is no member. */
  powerOf(address: Uint8Array): bigint {
    return this.#members.get(address.toHex())?.power ?? 0n;
  }

  /** Whether it is more than two thirds of all. */
  isQuorum(power: bigint): boolean {
    return 3n * power > 2n * this.total;
  }
}
