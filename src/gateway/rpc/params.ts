/** The kinds of parameters, each from its JSON form to what the code uses. */
import { z } from "zod";
import { decodeAddress } from "../../client/mod.ts";
import { ErrorCode, fault, RustoriumError } from "../../errors/mod.ts";
import { ENVELOPE_BYTES_MAX } from "../limits.ts";

const U64_MAX = 2n ** 64n - 1n;

/** bech32m text to 32 bytes. @throws ADDRESS_MALFORMED, which says more than that the parameter is wrong. */
export const address = z.string().max(128).transform((text) =>
  decodeAddress(text)
);

/** 64 hex digits to 32 bytes. */
export const hash = z.string()
  .regex(/^[0-9a-fA-F]{64}$/, "must be 64 hexadecimal digits")
  .transform((text) => Uint8Array.fromHex(text));

export const height = z.number().int().nonnegative()
  .max(Number.MAX_SAFE_INTEGER)
  .transform((value) => BigInt(value));

/** A decimal string, as numbers of JSON are too small for amounts. */
export const amount = z.string()
  .regex(/^(0|[1-9][0-9]{0,19})$/, "must be a decimal string")
  .transform((text) => BigInt(text))
  .refine((value) => value <= U64_MAX, "must be below 2^64");

const BASE64_CHARACTERS_MAX = Math.ceil(ENVELOPE_BYTES_MAX / 3) * 4;

/** base64 to bytes. @throws TRANSACTION_TOO_LARGE, TRANSACTION_MALFORMED */
export const envelope = z.string().transform((text) => {
  if (text.length > BASE64_CHARACTERS_MAX) {
    throw fault(ErrorCode.TRANSACTION_TOO_LARGE, {
      bytes: Math.floor(text.length / 4) * 3,
      max: ENVELOPE_BYTES_MAX,
    });
  }
  try {
    return Uint8Array.fromBase64(text, { lastChunkHandling: "strict" });
  } catch (cause) {
    throw new RustoriumError(ErrorCode.TRANSACTION_MALFORMED, {
      detail: "the transaction is not base64",
      cause,
    });
  }
});

/** @throws RPC_INVALID_PARAMS with the path and the reason of the first issue. */
export function parseParams<T>(schema: z.ZodType<T>, params: unknown): T {
  const parsed = schema.safeParse(params ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const name = issue?.path.join(".") || "params";
  throw fault(ErrorCode.RPC_INVALID_PARAMS, {
    param: name.slice(0, 64),
    why: (issue?.message ?? "invalid").slice(0, 200),
  });
}
