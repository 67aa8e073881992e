/** Signatures of every kind that a batch equation could be wrong about. */
import type { CoreExports } from "../../src/core/mod.ts";
import { concat } from "../../src/bytes/mod.ts";
import type { SeededRandom } from "../support/random.ts";
import wycheproof from "../../core-wasm/tests/vectors/wycheproof_ed25519.json" with {
  type: "json",
};
import zip215 from "../../core-wasm/tests/vectors/zip215.json" with {
  type: "json",
};

export interface Signed {
  key: Uint8Array;
  message: Uint8Array;
  signature: Uint8Array;
}

const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const KEYS = 200;
const bytes = (hex: string) => Uint8Array.fromHex(hex);

/** Small order, mixed order, encodings that are not canonical, and what others got wrong. */
const VECTORS: Signed[] = [
  ...zip215.cases.map(({ publicKey, message, signature }) => ({
    key: bytes(publicKey),
    message: bytes(message),
    signature: bytes(signature),
  })),
  ...wycheproof.testGroups.flatMap(({ publicKey, tests }) =>
    tests.filter(({ sig }) => sig.length === 128).map(({ msg, sig }) => ({
      key: bytes(publicKey.pk),
      message: bytes(msg),
      signature: bytes(sig),
    }))
  ),
];

/** Makes signatures, valid and odd, with the keys of one instance. */
export class Signatures {
  readonly #core: CoreExports;
  readonly #random: SeededRandom;
  readonly #plain: Signed[];

  constructor(core: CoreExports, random: SeededRandom) {
    this.#core = core;
    this.#random = random;
    this.#plain = Array.from({ length: 4 * KEYS }, () => this.#sign());
  }

  /** One to 700, from all valid to all odd. */
  batch(): Signed[] {
    const random = this.#random;
    const size = 1 + random.integer(random.pick([3, 40, 300, 700]));
    const oddPercent = random.pick([0, 0, 1, 10, 60]);
    return Array.from(
      { length: size },
      () =>
        random.integer(100) < oddPercent
          ? this.#odd()
          : random.pick(this.#plain),
    );
  }

  #sign(): Signed {
    const seed = new Uint8Array(32).fill(1 + this.#random.integer(KEYS));
    const message = this.#random.bytes(this.#random.integer(150));
    const signature = this.#core.signWith(seed, message);
    return { key: this.#core.publicKeyOf(seed), message, signature };
  }

  #odd(): Signed {
    const random = this.#random;
    const kinds = [
      () => random.pick(VECTORS),
      () => this.#flipped(random.pick(this.#plain)),
      () => this.#flipped(random.pick(VECTORS)),
      () => withLargeScalar(random.pick(this.#plain)),
      () => ({ ...random.pick(this.#plain), key: random.bytes(32) }),
      () => ({
        ...random.pick(this.#plain),
        message: random.pick(this.#plain).message,
      }),
    ];
    return random.pick(kinds)();
  }

  /** One bit of key or signature is another. */
  #flipped({ key, message, signature }: Signed): Signed {
    const changed = concat(key, signature);
    changed[this.#random.integer(96)]! ^= 1 << this.#random.integer(8);
    return {
      key: changed.subarray(0, 32),
      message,
      signature: changed.subarray(32),
    };
  }
}

/** `s + l`: the same scalar, and no encoding of it. */
function withLargeScalar({ key, message, signature }: Signed): Signed {
  const s = BigInt(`0x${signature.slice(32).reverse().toHex()}`) + ORDER;
  const large = bytes(s.toString(16).padStart(64, "0")).reverse();
  return { key, message, signature: concat(signature.slice(0, 32), large) };
}
