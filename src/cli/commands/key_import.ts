import { checkName, seedOfDigits } from "../../keystore/mod.ts";
import { ErrorCode, fault } from "../../errors/mod.ts";
import type { KeystoreOptions } from "../command.ts";
import { usage } from "../failure.ts";
import { keystoreOf, seedOf } from "../keys.ts";
import type { Output } from "../output.ts";
import { passphraseFrom } from "../passphrase.ts";
import { record } from "../table.ts";

const STDIN_BYTES_MAX = 4096;

/** Keeps a key that exists and says its address. */
export async function runKeyImport(
  output: Output,
  options: KeystoreOptions,
  [name = "", key]: (string | undefined)[],
): Promise<void> {
  checkName(name);
  const seed = key === undefined
    ? await seedFromStdin()
    : await seedOf(key, options);
  const passphrase = await passphraseFrom(options, { fresh: true });
  const entry = await keystoreOf(options).add(name, seed, passphrase);
  await output.result(entry, () => record(Object.entries(entry)));
}

async function seedFromStdin(): Promise<Uint8Array> {
  if (Deno.stdin.isTerminal()) {
    throw usage("Give the secret key on standard input, or name a key file.");
  }
  let text = "";
  for await (
    const chunk of Deno.stdin.readable.pipeThrough(new TextDecoderStream())
  ) {
    text += chunk;
    if (text.length > STDIN_BYTES_MAX) break;
  }
  const seed = seedOfDigits(text);
  if (seed === undefined) {
    throw fault(ErrorCode.KEY_MALFORMED, "standard input");
  }
  return seed;
}
