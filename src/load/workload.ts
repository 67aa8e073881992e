import { seededRandom } from "../platform/mod.ts";

/** Numbers of accounts and nonces, one of each for a transfer. */
export interface Picks {
  senders: Uint32Array<ArrayBuffer>;
  nonces: Uint32Array<ArrayBuffer>;
  recipients: Uint32Array<ArrayBuffer>;
}

/** Senders are distinct within so many transfers, as long as there are so many accounts. */
const DISTINCT = 1_000;

export interface WorkloadOptions {
  accounts: number;
  zipf: boolean;
  seed: string;
  /** Each account sends to one node: so many transfers in a row are for the first, as many for the next. One node: 1. */
  nodes?: { count: number; transfers: number };
}

/** Which of the accounts may send next: those whose number leaves `rest` when divided by `count`. */
interface Share {
  count: number;
  rest: number;
}

/** The same seed gives the same transfers: what was sent can be told afterwards. Takes 8 bytes for each account, and 8 that it shares where senders are Zipf's. */
export class Workload {
  readonly #options: WorkloadOptions;
  readonly #sums: Float64Array | undefined;
  readonly #random: ReturnType<typeof seededRandom>;
  readonly #nonces: Uint32Array;
  readonly #nextSender: (share: Share) => number;
  #taken = 0;

  constructor(options: WorkloadOptions, sums?: Float64Array) {
    const { accounts, zipf, seed } = options;
    this.#options = options;
    this.#sums = zipf ? sums ?? zipfSums(accounts) : undefined;
    this.#random = seededRandom(seed);
    this.#nonces = new Uint32Array(accounts);
    this.#nextSender = this.#sums
      ? zipfian(this.#sums, this.#random)
      : distinct(accounts, this.#random);
  }

  /** The same transfers from their beginning. */
  again(): Workload {
    return new Workload(this.#options, this.#sums);
  }

  /** Transfers that the account has sent so far: its next nonce. */
  nonce(account: number): number {
    return this.#nonces[account]!;
  }

  /** The next transfers. */
  take(count: number): Picks {
    const picks = {
      senders: new Uint32Array(count),
      nonces: new Uint32Array(count),
      recipients: new Uint32Array(count),
    };
    for (let at = 0; at < count; at++) {
      const sender = this.#nextSender(this.#share());
      picks.senders[at] = sender;
      picks.nonces[at] = this.#nonces[sender]!++;
      picks.recipients[at] = this.#random.integer(this.#nonces.length);
    }
    return picks;
  }

  /** Of the next transfer. */
  #share(): Share {
    const { accounts, nodes = { count: 1, transfers: 1 } } = this.#options;
    const count = Math.min(nodes.count, accounts);
    return { count, rest: Math.floor(this.#taken++ / nodes.transfers) % count };
  }
}

type Source = Pick<ReturnType<typeof seededRandom>, "integer">;

/** Uniform, and within every block of `DISTINCT` of a share distinct: the first steps of a shuffle, from any order. */
function distinct(
  accounts: number,
  random: Source,
): (share: Share) => number {
  const shares = new Map<number, () => number>();
  const begin = ({ count, rest }: Share) => {
    const length = Math.ceil((accounts - rest) / count);
    const order = Uint32Array.from({ length }, (_, n) => n * count + rest);
    const block = Math.min(DISTINCT, length);
    let at = 0;
    return () => {
      const other = at + random.integer(length - at);
      const sender = order[other]!;
      order[other] = order[at]!;
      order[at] = sender;
      at = (at + 1) % block;
      return sender;
    };
  };
  return (share) => {
    const next = shares.get(share.rest) ?? begin(share);
    shares.set(share.rest, next);
    return next();
  };
}

/** Account n sends in proportion to 1 / (n + 1): sums of that up to each account. */
function zipfSums(accounts: number): Float64Array {
  const sums = new Float64Array(accounts);
  let sum = 0;
  for (let n = 0; n < accounts; n++) sums[n] = sum += 1 / (n + 1);
  return sums;
}

function zipfian(
  sums: Float64Array,
  random: Source,
): (share: Share) => number {
  const PARTS = 2 ** 32;
  const sum = sums.at(-1)!;
  return ({ count, rest }) => {
    const wanted = random.integer(PARTS) / PARTS * sum;
    let low = 0;
    let high = sums.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sums[middle]! > wanted) high = middle;
      else low = middle + 1;
    }
    // Its neighbour in the share sends nearly as much.
    const sender = low - low % count + rest;
    return sender < sums.length ? sender : rest;
  };
}
