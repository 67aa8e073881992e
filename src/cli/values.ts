/** Values of arguments and options: each is read here, once, and refused in one sentence. */
import { isIPv4 } from "node:net";
import { ErrorCode, fault } from "../errors/mod.ts";
import { usage } from "./failure.ts";

const AMOUNT_MAX = 2n ** 63n - 1n;

/** Whole base units, 1 to 2^63 − 1. @throws USAGE, AMOUNT_ZERO, AMOUNT_OVERFLOW. */
export function amount(text: string): bigint {
  if (!/^[0-9]{1,40}$/.test(text)) {
    throw usage(
      `An amount is a whole number of base units, not "${short(text)}".`,
    );
  }
  const value = BigInt(text);
  if (value === 0n) throw fault(ErrorCode.AMOUNT_ZERO);
  if (value > AMOUNT_MAX) {
    throw fault(ErrorCode.AMOUNT_OVERFLOW, { amount: text });
  }
  return value;
}

/** A whole number of the option `name`, from `min` to `max`. */
export function integer(
  name: string,
  min: number,
  max: number,
): (text: string) => number {
  return (text) => {
    const value = /^[0-9]{1,15}$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw usage(
      `${name} must be a whole number from ${min} to ${max}, not "${
        short(text)
      }".`,
    );
  };
}

/** A number without a sign, up to 2^64 − 1. */
export function unsigned(name: string): (text: string) => bigint {
  return (text) => {
    const value = /^[0-9]{1,20}$/.test(text) ? BigInt(text) : -1n;
    if (value >= 0n && value < 2n ** 64n) return value;
    throw usage(
      `${name} must be a whole number from 0 to 2^64 − 1, not "${
        short(text)
      }".`,
    );
  };
}

/** Milliseconds: `40`, `40ms` or `1.5s`. */
export function duration(
  name: string,
  min: number,
  max: number,
): (text: string) => number {
  return (text) => {
    const [, digits, unit] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s)?$/.exec(text) ??
      [];
    const value = digits === undefined
      ? NaN
      : Number(digits) * (unit === "s" ? 1_000 : 1);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw usage(
      `${name} must be from ${min} to ${max} milliseconds, written like 40, 40ms or 1s, not "${
        short(text)
      }".`,
    );
  };
}

/** A TCP or UDP port; 0 means any free one. */
export const port = (name: string) => integer(name, 0, 65_535);

/** How many shards a node has. */
export const shards = integer("--shards", 1, 64);

/** Different IPv4 addresses, 1 to 100, separated by commas. */
export function hosts(text: string): string[] {
  const all = text.split(",", 101);
  const wrong = all.find((one) => !isIPv4(one));
  if (wrong !== undefined) {
    throw usage(
      `--hosts are IPv4 addresses separated by commas; "${
        short(wrong)
      }" is none.`,
    );
  }
  if (all.length > 100 || new Set(all).size < all.length) {
    throw usage("--hosts are 1 to 100 addresses, each one once.");
  }
  return all;
}

/** 32 bytes in hexadecimal. */
export function hash(text: string): string {
  if (/^(0x)?[0-9a-fA-F]{64}$/.test(text)) return text.slice(-64).toLowerCase();
  throw usage(`A hash is 64 hexadecimal digits, not "${short(text)}".`);
}

/** The URL of a node's API. */
export function url(text: string): string {
  const parsed = URL.parse(text.includes("://") ? text : `http://${text}`);
  if (parsed && /^https?:$/.test(parsed.protocol) && parsed.host !== "") {
    return parsed.href;
  }
  throw usage(
    `--rpc must be a URL like http://127.0.0.1:26657, not "${short(text)}".`,
  );
}

export function short(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
