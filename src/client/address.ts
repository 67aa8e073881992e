import { ErrorCode } from "../proto/gen/rustorium/v1/error_pb.ts";
import { fault } from "../errors/mod.ts";

/** An address as text: bech32m of 32 bytes with the prefix `rst`, 62 characters. */
export type Address = string & { readonly __brand: "Address" };

const PREFIX = "rst";
const ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const BECH32M = 0x2bc830a3;
const GENERATOR = [
  0x3b6a57b2,
  0x26508e6d,
  0x1ea119fa,
  0x3d4233dd,
  0x2a1462b3,
] as const;
const PREFIX_VALUES = [
  ...[...PREFIX].map((character) => character.charCodeAt(0) >> 5),
  0,
  ...[...PREFIX].map((character) => character.charCodeAt(0) & 31),
];

/**
 * The text of a 32-byte address (BIP-350).
 *
 * ```ts
 * import { encodeAddress } from "./mod.ts";
 * const text = encodeAddress(new Uint8Array(32));
 * if (!text.startsWith("rst1")) throw new Error(text);
 * ```
 * @throws ADDRESS_MALFORMED when it is not 32 bytes.
 */
export function encodeAddress(bytes: Uint8Array): Address {
  if (bytes.length !== 32) throw malformed(`${bytes.length} bytes, not 32`);
  const data = regroup(bytes, 8, 5, true);
  const check = polymod([...PREFIX_VALUES, ...data, 0, 0, 0, 0, 0, 0]) ^
    BECH32M;
  const checksum = [25, 20, 15, 10, 5, 0].map((shift) => check >> shift & 31);
  const text = [...data, ...checksum].map((value) => ALPHABET[value]).join("");
  return `${PREFIX}1${text}` as Address;
}

/**
 * The 32 bytes of an address. Case may be upper or lower, not mixed.
 * @throws ADDRESS_MALFORMED for another prefix, a wrong length or a wrong checksum.
 */
export function decodeAddress(text: string): Uint8Array<ArrayBuffer> {
  const lower = text.toLowerCase();
  if (lower !== text && text.toUpperCase() !== text) {
    throw malformed("upper and lower case are mixed");
  }
  if (!lower.startsWith(`${PREFIX}1`) || lower.length !== 62) {
    throw malformed(`an address is ${PREFIX}1 and 58 more characters`);
  }
  const values = [...lower.slice(PREFIX.length + 1)]
    .map((character) => ALPHABET.indexOf(character));
  if (values.includes(-1)) throw malformed("a character is not of bech32");
  if (polymod([...PREFIX_VALUES, ...values]) !== BECH32M) {
    throw malformed("the checksum does not match; look for a typing error");
  }
  const bytes = regroup(values.slice(0, -6), 5, 8, false);
  // 52 groups of 5 bits are 4 bits more than 32 bytes: they are zero in the one canonical form.
  if ((values.at(-7) ?? 0) & 15) throw malformed("the padding is not zero");
  return Uint8Array.from(bytes);
}

/** Whether `text` is a well-formed address. */
export function isAddress(text: string): text is Address {
  try {
    decodeAddress(text);
    return true;
  } catch {
    return false;
  }
}

function polymod(values: readonly number[]): number {
  let check = 1;
  for (const value of values) {
    const top = check >>> 25;
    check = (check & 0x1ffffff) << 5 ^ value;
    GENERATOR.forEach((word, bit) => {
      if (top >> bit & 1) check ^= word;
    });
  }
  return check >>> 0;
}

function regroup(
  values: Iterable<number>,
  from: number,
  to: number,
  pad: boolean,
): number[] {
  const groups: number[] = [];
  let bits = 0;
  let held = 0;
  for (const value of values) {
    held = (held << from | value) & 0xfff;
    bits += from;
    while (bits >= to) {
      bits -= to;
      groups.push(held >> bits & (1 << to) - 1);
    }
  }
  if (pad && bits > 0) groups.push(held << to - bits & (1 << to) - 1);
  return groups;
}

function malformed(why: string): Error {
  return fault(ErrorCode.ADDRESS_MALFORMED, why);
}
