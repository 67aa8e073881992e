import { z } from "zod";
import { createWallet } from "../../client/mod.ts";
import { ErrorCode, RustoriumError } from "../../errors/mod.ts";

/** An account with its secret key in clear: of a validator, or of a dev chain. */
export interface PlainKey {
  /** `rst1…` */
  address: string;
  /** 64 hexadecimal digits. */
  secret_key: string;
}

/** The accounts of a dev chain, and the one that its faucet pays from. */
export interface DevAccounts {
  accounts: PlainKey[];
  faucet: PlainKey;
}

const plainKey = z.object({
  address: z.string(),
  secret_key: z.string().regex(/^[0-9a-f]{64}$/),
}).refine((key) => createWallet(key.secret_key).address === key.address);

const devAccounts = z.object({
  accounts: z.array(plainKey).min(1).max(1_000),
  faucet: plainKey,
});

const nodeKey = z.object({ secret_key: z.string().regex(/^[0-9a-f]{64}$/) });

export function plainKeyOf(seed: Uint8Array): PlainKey {
  return { address: createWallet(seed).address, secret_key: seed.toHex() };
}

export function publicKeyOf(key: PlainKey): Uint8Array {
  return createWallet(key.secret_key).publicKey;
}

/** @throws KEY_MALFORMED. */
export const readValidatorKey = (text: string, file: string): PlainKey =>
  read(plainKey, text, file);

/** The key that peers know a node by. @throws KEY_MALFORMED. */
export const readNodeKey = (
  text: string,
  file: string,
): { secret_key: string } => read(nodeKey, text, file);

/** @throws KEY_MALFORMED. */
export const readDevAccounts = (text: string, file: string): DevAccounts =>
  read(devAccounts, text, file);

function read<T>(schema: z.ZodType<T>, text: string, file: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new RustoriumError(ErrorCode.KEY_MALFORMED, {
      message: `The key file ${file} is damaged; restore it from a backup.`,
    });
  }
}

export function secretText(value: object): string {
  return JSON.stringify(value, null, 2) + "\n";
}
