import { concat } from "../../src/bytes/mod.ts";
import type { SeededRandom } from "./random.ts";

const INTERESTING = [0, 1, 0x7f, 0x80, 0xff];

/** One way of spoiling bytes; the result is never longer than twice the original and 64 bytes. */
type Mutation = (bytes: Uint8Array, random: SeededRandom) => Uint8Array;

const MUTATIONS: Mutation[] = [
  // A flipped bit.
  (bytes, random) => {
    const copy = bytes.slice();
    const at = random.integer(copy.length);
    copy[at]! ^= 1 << random.integer(8);
    return copy;
  },
  // A byte at the edge of its range.
  (bytes, random) => {
    const copy = bytes.slice();
    copy[random.integer(copy.length)] = random.pick(INTERESTING);
    return copy;
  },
  (bytes, random) => bytes.slice(0, random.integer(bytes.length)),
  (bytes, random) => concat(bytes, random.bytes(1 + random.integer(32))),
  // Something put in between.
  (bytes, random) => {
    const at = random.integer(bytes.length);
    const more = random.bytes(1 + random.integer(8));
    return concat(bytes.subarray(0, at), more, bytes.subarray(at));
  },
  // A piece twice.
  (bytes, random) => {
    const [a, b] = [random.integer(bytes.length), random.integer(bytes.length)];
    const piece = bytes.subarray(Math.min(a, b), Math.max(a, b));
    return concat(bytes.subarray(0, a), piece, bytes.subarray(a));
  },
  // A piece left out.
  (bytes, random) => {
    const at = random.integer(bytes.length);
    const length = 1 + random.integer(8);
    return concat(bytes.subarray(0, at), bytes.subarray(at + length));
  },
];

/** Right bytes with one to four things wrong; sometimes nothing but noise. */
export function mutate(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  if (bytes.length === 0 || random.integer(10) === 0) {
    return random.bytes(random.integer(256));
  }
  let mutated = bytes;
  for (let count = 1 + random.integer(4); count > 0; count--) {
    if (mutated.length > 0) mutated = random.pick(MUTATIONS)(mutated, random);
  }
  return mutated;
}
