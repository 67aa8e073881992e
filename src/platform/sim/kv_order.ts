import type { KvKey } from "../types.ts";

/**
 * A string for each key such that strings compare (by code unit) as Deno KV
 * orders keys: bytes, then strings, bigints, numbers. A prefix of a key is a
 * prefix of its string.
 */
export function orderString(key: KvKey): string {
  return key.map(partString).join("");
}

const encoder = new TextEncoder();

function partString(part: KvKey[number]): string {
  if (part instanceof Uint8Array) return "\x01" + escaped(part);
  if (typeof part === "string") return "\x02" + escaped(encoder.encode(part));
  if (typeof part === "bigint") return bigintString(part);
  return "\x21" + numberString(part);
}

/** Ends with a zero, which sorts before everything that could follow; zeros inside are marked. */
function escaped(bytes: Uint8Array): string {
  let out = "";
  for (const byte of bytes) {
    out += byte === 0 ? "\x00\xff" : String.fromCharCode(byte);
  }
  return out + "\x00";
}

const BIGINT_ZERO = 0x14;
const BIGINT_BYTES_MAX = 8;

function bigintString(value: bigint): string {
  const magnitude = value < 0n ? -value : value;
  const digits = magnitude === 0n ? "" : magnitude.toString(16);
  const bytes = Uint8Array.fromHex(
    digits.padStart(digits.length + digits.length % 2, "0"),
  );
  if (bytes.length > BIGINT_BYTES_MAX) {
    throw new RangeError("a bigint in a key has at most 64 bits");
  }
  const sign = value < 0n ? -1 : 1;
  const head = String.fromCharCode(BIGINT_ZERO + sign * bytes.length);
  return head +
    String.fromCharCode(
      ...(value < 0n ? bytes.map((byte) => 255 - byte) : bytes),
    );
}

function numberString(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const negative = bits >> 63n === 1n;
  view.setBigUint64(0, negative ? BigInt.asUintN(64, ~bits) : bits | 1n << 63n);
  return String.fromCharCode(...new Uint8Array(view.buffer));
}
