import { z } from "zod";
import { ErrorCode, RustoriumError } from "../errors/mod.ts";

const keyFile = z.object({
  version: z.literal(1),
  name: z.string().min(1).max(64),
  address: z.string().min(1).max(100),
  /** age, armored: scrypt over the passphrase. */
  encrypted_secret_key: z.string().max(10_000).startsWith(
    "-----BEGIN AGE ENCRYPTED FILE-----",
  ),
});

/** One key of a keystore as it lies in its file. */
export type KeyFile = z.infer<typeof keyFile>;

/** Reads the file of a keystore. @throws KEY_MALFORMED. */
export function readKeyFile(text: string, name: string): KeyFile {
  const parsed = keyFile.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new RustoriumError(ErrorCode.KEY_MALFORMED, {
    message:
      `The file of the key "${name}" is damaged; restore it from a backup.`,
    detail: { name },
  });
}

export function writeKeyFile(file: KeyFile): string {
  return JSON.stringify(file, null, 2) + "\n";
}

/** The value of a JSON text; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
