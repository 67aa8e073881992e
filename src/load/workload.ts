import { seededRandom } from "../platform/mod.ts";

/** Numbers of accounts and nonces, one of each for a transfer. */
export interface Picks {
  senders: Uint32Array<ArrayBuffer>;
  nonces: Uint32Array<ArrayBuffer>;
  recipients: Uint32Array<ArrayBuffer>;
}

/** Senders are distinct within so many transfers, as long as there are so many accounts. */
const DISTINCT = 1_000;

/** The same seed gives the same transfers: what was sent can be told afterwards. */
export class Workload {
  readonly #random: ReturnType<typeof seededRandom>;
  readonly #nonces: Uint32Array;
  readonly #nextSender: () => number;

  constructor({ accounts, zipf, seed }: {
    accounts: number;
    zipf: boolean;
    seed: string;
  }) {
    this.#random = seededRandom(seed);
    this.#nonces = new Uint32Array(accounts);
    this.#nextSender = zipf
      ? zipfian(accounts, this.#random)
      : distinct(accounts, this.#random);
  }

  /** The next transfers. */
  take(count: number): Picks {
    const picks = {
      senders: new Uint32Array(count),
      nonces: new Uint32Array(count),
      recipients: new Uint32Array(count),
    };
    for (let at = 0; at < count; at++) {
      const sender = this.#nextSender();
      picks.senders[at] = sender;
      picks.nonces[at] = this.#nonces[sender]!++;
      picks.recipients[at] = this.#random.integer(this.#nonces.length);
    }
    return picks;
  }
}

type Source = Pick<ReturnType<typeof seededRandom>, "integer">;

/** Uniform, and distinct within every block of `DISTINCT`: the first steps of a shuffle, from any order. */
function distinct(accounts: number, random: Source): () => number {
  const order = Uint32Array.from({ length: accounts }, (_, n) => n);
  const block = Math.min(DISTINCT, accounts);
  let at = 0;
  return () => {
    const other = at + random.integer(accounts - at);
    const sender = order[other]!;
    order[other] = order[at]!;
    order[at] = sender;
    at = (at + 1) % block;
    return sender;
  };
}

/** Account n sends in proportion to 1 / (n + 1). */
function zipfian(accounts: number, random: Source): () => number {
  const sums = new Float64Array(accounts);
  let sum = 0;
  for (let n = 0; n < accounts; n++) sums[n] = sum += 1 / (n + 1);
  const PARTS = 2 ** 32;
  return () => {
    const wanted = random.integer(PARTS) / PARTS * sum;
    let low = 0;
    let high = accounts - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sums[middle]! > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
