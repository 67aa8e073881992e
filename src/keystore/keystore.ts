import { createWallet } from "../client/mod.ts";
import { ErrorCode, fault, RustoriumError } from "../errors/mod.ts";
import { readKeyFile, writeKeyFile } from "./key_file.ts";
import { seal, unseal } from "./seal.ts";
import type { KeyEntry, KeyFiles, Keystore } from "./types.ts";

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
/** A name of this form would hide a secret key given in its place. */
const SECRET = /^[0-9a-fA-F]{64}$/;
const PASSPHRASE_LETTERS_MIN = 8;

/** What a keystore may be told. */
export interface KeystoreOptions {
  /** log2 of scrypt's work; less makes tests fast. */
  workFactor?: number;
}

/** Keys in `files`, each encrypted under its own passphrase by age (scrypt, ChaCha20-Poly1305). */
export function createKeystore(
  files: KeyFiles,
  options: KeystoreOptions = {},
): Keystore {
  return {
    list: () => list(files),
    add: (name, seed, passphrase) =>
      add(files, { name, seed, passphrase }, options),
    open: (name, passphrase) => open(files, name, passphrase),
  };
}

/** Whether a key may have this name. */
export function isKeyName(name: string): boolean {
  return NAME.test(name) && !SECRET.test(name);
}

async function list(files: KeyFiles): Promise<KeyEntry[]> {
  const entries: KeyEntry[] = [];
  for (const name of (await files.names()).filter(isKeyName).sort()) {
    const text = await files.read(name);
    if (text === undefined) continue;
    entries.push({ name, address: readKeyFile(text, name).address });
  }
  return entries;
}

async function add(
  files: KeyFiles,
  key: { name: string; seed: Uint8Array; passphrase: string },
  { workFactor }: KeystoreOptions,
): Promise<KeyEntry> {
  const { name, seed, passphrase } = key;
  checkName(name);
  checkPassphrase(passphrase);
  const { address } = createWallet(seed);
  const file = {
    version: 1,
    name,
    address,
    encrypted_secret_key: await seal(seed, passphrase, workFactor),
  } as const;
  const created = await files.create(name, writeKeyFile(file));
  if (!created) throw fault(ErrorCode.KEY_EXISTS, { name });
  return { name, address };
}

async function open(
  files: KeyFiles,
  name: string,
  passphrase: string,
): Promise<Uint8Array> {
  const text = isKeyName(name) ? await files.read(name) : undefined;
  if (text === undefined) throw fault(ErrorCode.KEY_NOT_FOUND, { name });
  const file = readKeyFile(text, name);
  const seed = await unseal(file.encrypted_secret_key, passphrase);
  if (createWallet(seed).address === file.address) return seed;
  throw new RustoriumError(ErrorCode.KEY_MALFORMED, {
    message:
      `The file of the key "${name}" holds the key of another address; do not use it.`,
    detail: { name, address: file.address },
  });
}

/** @throws USAGE unless a key may have this name. */
export function checkName(name: string): void {
  if (isKeyName(name)) return;
  throw new RustoriumError(ErrorCode.USAGE, {
    message:
      `A key's name is 1 to 64 letters, digits, "-" or "_", and no secret key; choose another than "${
        SECRET.test(name) ? "…" : name.slice(0, 80)
      }".`,
  });
}

function checkPassphrase(passphrase: string): void {
  if ([...passphrase].length >= PASSPHRASE_LETTERS_MIN) return;
  throw new RustoriumError(ErrorCode.USAGE, {
    message:
      `A passphrase needs at least ${PASSPHRASE_LETTERS_MIN} letters; five random words are a good one.`,
  });
}
