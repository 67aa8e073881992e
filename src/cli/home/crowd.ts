import { concat } from "../../bytes/mod.ts";
import type { Genesis } from "../../proto/gen/rustorium/v1/state_pb.ts";
import { genesisBytes } from "./genesis.ts";

/** Many accounts that all hold the same, without an object for each. */
export interface Crowd {
  /** 32 bytes each, in any order, all different. */
  addresses: Uint8Array;
  balance: bigint;
}

const ADDRESS_BYTES = 32;
/** `Genesis.accounts`, the last field: its accounts stand behind everything else. */
const ACCOUNT_TAG = 0x2a;
const ADDRESS_TAG = 0x0a;
const BALANCE_TAG = 0x10;
/** Keys to sort by: so many leading bits of an address, then the number of the account. */
const PREFIX_BITS = 29;
const NUMBERS = 2 ** 24;

/**
 * The canonical encoding of a genesis with a crowd besides its own accounts:
 * 45 bytes or so for each. @throws RangeError for more accounts than can be sorted.
 */
export function genesisWithCrowd(
  genesis: Genesis,
  { addresses, balance }: Crowd,
): Uint8Array<ArrayBuffer> {
  const own = genesis.accounts;
  const all = concat(...own.map(({ address }) => address), addresses);
  const order = ascending(all);
  const tails = own.map((account) => tailOf(account.balance));
  const crowdTail = tailOf(balance);
  const tailAt = (number: number) => tails[number] ?? crowdTail;
  const head = genesisBytes({ ...genesis, accounts: [] });
  let length = head.length;
  for (const number of order) {
    length += 4 + ADDRESS_BYTES + tailAt(number).length;
  }
  const bytes = new Uint8Array(length);
  bytes.set(head);
  let at = head.length;
  for (const number of order) {
    const tail = tailAt(number);
    bytes[at++] = ACCOUNT_TAG;
    bytes[at++] = 2 + ADDRESS_BYTES + tail.length;
    bytes[at++] = ADDRESS_TAG;
    bytes[at++] = ADDRESS_BYTES;
    for (let n = 0; n < ADDRESS_BYTES; n++) {
      bytes[at++] = all[number * ADDRESS_BYTES + n]!;
    }
    for (let n = 0; n < tail.length; n++) bytes[at++] = tail[n]!;
  }
  return bytes;
}

/** Numbers of the addresses in ascending order of their bytes. */
function ascending(addresses: Uint8Array): Uint32Array {
  const count = addresses.length / ADDRESS_BYTES;
  if (count > NUMBERS) {
    throw new RangeError(`${count} accounts are more than ${NUMBERS}`);
  }
  const view = new DataView(addresses.buffer, addresses.byteOffset);
  const keys = new Float64Array(count);
  for (let n = 0; n < count; n++) {
    const prefix = view.getUint32(n * ADDRESS_BYTES) >>> (32 - PREFIX_BITS);
    keys[n] = prefix * NUMBERS + n;
  }
  keys.sort();
  const order = Uint32Array.from(keys, (key) => key % NUMBERS);
  // Hardly any two begin with the same bits: those few move by a place or two.
  for (let at = 1; at < count; at++) {
    const number = order[at]!;
    let to = at;
    for (; to > 0 && isAbove(view, order[to - 1]!, number); to--) {
      order[to] = order[to - 1]!;
    }
    order[to] = number;
  }
  return order;
}

function isAbove(view: DataView, one: number, other: number): boolean {
  for (let at = 0; at < ADDRESS_BYTES; at += 4) {
    const [a, b] = [
      view.getUint32(one * ADDRESS_BYTES + at),
      view.getUint32(other * ADDRESS_BYTES + at),
    ];
    if (a !== b) return a > b;
  }
  return false;
}

/** The balance of an account as a field; none where it is 0. */
function tailOf(balance: bigint): Uint8Array {
  const tail: number[] = [];
  for (let rest = balance; rest > 0n; rest >>= 7n) {
    tail.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
  }
  return Uint8Array.from(balance > 0n ? [BALANCE_TAG, ...tail] : []);
}
