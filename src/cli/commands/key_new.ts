import { checkName } from "../../keystore/mod.ts";
import { systemRandom } from "../../platform/mod.ts";
import type { KeystoreOptions } from "../command.ts";
import { keystoreDirectory, keystoreOf } from "../keys.ts";
import type { Output } from "../output.ts";
import { passphraseFrom } from "../passphrase.ts";
import { record } from "../table.ts";

/** Makes a key and says its address. */
export async function runKeyNew(
  output: Output,
  options: KeystoreOptions,
  [name = ""]: (string | undefined)[],
): Promise<void> {
  checkName(name);
  const passphrase = await passphraseFrom(options, { fresh: true });
  const entry = await keystoreOf(options).add(
    name,
    systemRandom().bytes(32),
    passphrase,
  );
  await output.result(entry, () => record(Object.entries(entry)));
  output.note(
    `Kept in ${
      keystoreDirectory(options)
    }. A lost passphrase cannot be recovered.`,
  );
}
