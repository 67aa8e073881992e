import { fromBinary } from "@bufbuild/protobuf";
import { type CoreExports, EPOCH_BLOCKS } from "../../core/mod.ts";
import { ValidatorSetSchema } from "../../proto/gen/rustorium/v1/consensus_pb.ts";

const BUCKETS = 256;

export interface RotaOptions {
  core: CoreExports;
  genesisHash: Uint8Array;
  /** Encoding of `rustorium.v1.ValidatorSet`. */
  set: Uint8Array;
  /** The own address. */
  address: Uint8Array;
}

/** The authors of one epoch. */
export interface Turn {
  epoch: bigint;
  /** The own buckets: 32 bytes, bit b % 8 of byte b / 8 for bucket b. */
  own: Uint8Array;
  /** For each bucket the address of its first author, in hex. */
  first: readonly string[];
  /** Of its second, another one where there are two validators. */
  second: readonly string[];
}

/** Tells whose turn it is to author which buckets. */
export class Rota {
  readonly #options: RotaOptions;
  /** In hex, ascending. */
  readonly #addresses: readonly string[];
  #last: Turn | undefined;

  constructor(options: RotaOptions) {
    this.#options = options;
    const { validators } = fromBinary(ValidatorSetSchema, options.set);
    this.#addresses = validators.map(({ address }) => address.toHex())
      .toSorted();
  }

  /** Of the epoch of that height. */
  at(height: bigint): Turn {
    const epoch = height / EPOCH_BLOCKS;
    if (this.#last?.epoch !== epoch) this.#last = this.#turn(epoch, height);
    return this.#last;
  }

  #turn(epoch: bigint, height: bigint): Turn {
    const { core, genesisHash, set, address } = this.#options;
    const table = core.bucketAuthors(genesisHash, set, height);
    const authors = Array.from(
      { length: 2 * BUCKETS },
      (_, at) => this.#addresses[table[2 * at]! + 256 * table[2 * at + 1]!]!,
    );
    const own = bucketSet();
    const self = address.toHex();
    for (const [at, author] of authors.entries()) {
      if (author === self) add(own, at % BUCKETS);
    }
    const [first, second] = [authors.slice(0, BUCKETS), authors.slice(BUCKETS)];
    return { epoch, own, first, second };
  }
}

/** An empty set of buckets. */
export function bucketSet(): Uint8Array {
  return new Uint8Array(BUCKETS / 8);
}

export function add(set: Uint8Array, bucket: number): void {
  set[bucket >> 3]! |= 1 << (bucket & 7);
}

export function has(set: Uint8Array, bucket: number): boolean {
  return (set[bucket >> 3]! >> (bucket & 7) & 1) === 1;
}
