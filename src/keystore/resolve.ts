import { ErrorCode, fault, RustoriumError } from "../errors/mod.ts";
import { parseJson, readKeyFile } from "./key_file.ts";
import { isKeyName } from "./keystore.ts";
import { unseal } from "./seal.ts";
import type { Keystore } from "./types.ts";

/** What a KEY may be looked up in. */
export interface KeySources {
  /** Looked into for a name. */
  keystore: Keystore;
  /** The text of a file; undefined when there is none. */
  readFile(path: string): Promise<string | undefined>;
  /** Asked only when a key is encrypted. */
  passphrase(): Promise<string>;
}

/**
 * The seed that a KEY means: 64 hexadecimal digits (with or without 0x), else a name in the
 * keystore, else the path of a key file (of a keystore, a validator key, or just the digits).
 *
 * @throws KEY_NOT_FOUND, KEY_MALFORMED, PASSPHRASE_WRONG.
 */
export async function resolveKey(
  key: string,
  sources: KeySources,
): Promise<Uint8Array> {
  const seed = seedOfDigits(key);
  if (seed !== undefined) return seed;
  const named = isKeyName(key) &&
    (await sources.keystore.list()).some((entry) => entry.name === key);
  if (named) {
    return await sources.keystore.open(key, await sources.passphrase());
  }
  const text = await sources.readFile(key);
  if (text !== undefined) return await seedOfFile(text, key, sources);
  if (/^(0x)?[0-9a-fA-F]{40,}$/.test(key)) {
    throw fault(
      ErrorCode.KEY_MALFORMED,
      `${key.length} hexadecimal digits, not 64`,
    );
  }
  throw new RustoriumError(ErrorCode.KEY_NOT_FOUND, {
    message: `There is no key "${
      key.slice(0, 80)
    }"; give a keystore name, a key file or 64 hexadecimal digits.`,
  });
}

async function seedOfFile(
  text: string,
  path: string,
  sources: KeySources,
): Promise<Uint8Array> {
  const seed = seedOfDigits(text);
  if (seed !== undefined) return seed;
  const value = parseJson(text);
  if (value !== null && typeof value === "object" && "secret_key" in value) {
    const plain = seedOfDigits(String(value.secret_key));
    if (plain !== undefined) return plain;
    throw fault(ErrorCode.KEY_MALFORMED, `secret_key of ${path}`);
  }
  const file = readKeyFile(text, path);
  return await unseal(file.encrypted_secret_key, await sources.passphrase());
}

/** The seed that 64 hexadecimal digits spell. */
export function seedOfDigits(
  text: string,
): Uint8Array<ArrayBuffer> | undefined {
  const digits = text.trim().replace(/^0x/i, "");
  return /^[0-9a-fA-F]{64}$/.test(digits)
    ? Uint8Array.fromHex(digits)
    : undefined;
}
