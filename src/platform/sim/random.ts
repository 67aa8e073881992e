import { integerOf } from "../integer.ts";
import type { Random } from "../types.ts";

/**
 * The same seed gives the same sequence: xoshiro128** (Blackman, Vigna), seeded
 * by a string hash (FNV-1a) and splitmix32. Not for keys.
 */
export function seededRandom(seed: string | number): Random {
  const next = xoshiro(String(seed));
  const bytes = (length: number) => {
    const out = new Uint8Array(length);
    for (let at = 0; at < length; at += 4) {
      const word = next();
      for (let n = 0; n < 4 && at + n < length; n++) {
        out[at + n] = word >>> 8 * n;
      }
    }
    return out;
  };
  // What six bytes say, without making them: each event of a simulation draws one.
  const draw = () => {
    const first = swapped(next());
    return first * 2 ** 16 + (swapped(next()) >>> 16);
  };
  return { bytes, integer: (bound) => integerOf(bound, draw) };
}

/** True with the probability `rate`. */
export function chance(random: Random, rate: number): boolean {
  const PARTS = 1_000_000;
  return rate > 0 && random.integer(PARTS) < rate * PARTS;
}

function xoshiro(seed: string): () => number {
  let [a, b, c, d] = splitmix(seed);
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
}

const swapped = (word: number) =>
  (word << 24 | (word & 0xff00) << 8 | word >>> 8 & 0xff00 | word >>> 24) >>> 0;

const rotate = (word: number, by: number) => word << by | word >>> 32 - by;

function splitmix(seed: string): [number, number, number, number] {
  let state = 0x811c9dc5;
  for (let at = 0; at < seed.length; at++) {
    state = Math.imul(state ^ seed.charCodeAt(at), 0x01000193);
  }
  const next = () => {
    state = state + 0x9e3779b9 | 0;
    let word = Math.imul(state ^ state >>> 16, 0x21f0aaad);
    word = Math.imul(word ^ word >>> 15, 0x735a2d97);
    return word ^ word >>> 15;
  };
  return [next(), next(), next(), next()];
}
