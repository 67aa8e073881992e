import { integerBelow } from "../integer.ts";
import type { Random } from "../types.ts";

const CALL_BYTES_MAX = 65_536;

/** The operating system's cryptographic source. */
export function systemRandom(): Random {
  return { bytes, integer: (bound) => integerBelow(bound, bytes) };
}

function bytes(length: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(length);
  for (let at = 0; at < length; at += CALL_BYTES_MAX) {
    crypto.getRandomValues(out.subarray(at, at + CALL_BYTES_MAX));
  }
  return out;
}
