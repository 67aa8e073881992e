import { join } from "node:path";
import {
  createKeystore,
  type KeyFiles,
  type Keystore,
  resolveKey,
} from "../keystore/mod.ts";
import type { KeystoreOptions } from "./command.ts";
import { createFile, readIfThere } from "./files.ts";
import { passphraseFrom } from "./passphrase.ts";

/** The keystore that the options name. */
export function keystoreOf(options: KeystoreOptions): Keystore {
  return createKeystore(filesIn(keystoreDirectory(options)));
}

export function keystoreDirectory({ keystore, home }: KeystoreOptions): string {
  return keystore ?? join(home, "keystore");
}

/** The seed that a KEY of the command line means. */
export async function seedOf(
  key: string,
  options: KeystoreOptions,
): Promise<Uint8Array> {
  return await resolveKey(key, {
    keystore: keystoreOf(options),
    readFile: readKeyFile,
    passphrase: () => passphraseFrom(options),
  });
}

/** A file that may hold a key; a directory or a text no path can be does not. */
export async function readKeyFile(path: string): Promise<string | undefined> {
  if (path === "" || path.includes("\0")) return undefined;
  try {
    if (!(await Deno.stat(path)).isFile) return undefined;
  } catch {
    return undefined;
  }
  return await readIfThere(path);
}

/** Keys as `NAME.json` in a directory that only its owner can enter. */
function filesIn(directory: string): KeyFiles {
  const pathOf = (name: string) => join(directory, `${name}.json`);
  return {
    async names() {
      try {
        const entries = await Array.fromAsync(Deno.readDir(directory));
        return entries.flatMap(({ name }) =>
          name.endsWith(".json") ? [name.slice(0, -5)] : []
        );
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return [];
        throw error;
      }
    },
    read: (name) => readIfThere(pathOf(name)),
    async create(name, text) {
      await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
      return await createFile(pathOf(name), text, 0o600);
    },
  };
}
