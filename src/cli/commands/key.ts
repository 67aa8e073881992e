import { Command } from "commander";
import {
  command,
  does,
  type KeystoreOptions,
  withKeystore,
} from "../command.ts";

/** `key new|import|list`: the encrypted keystore. */
export function key(): Command {
  return new Command("key")
    .summary("make, import and list keys")
    .description(
      "The keystore: one file for each key, encrypted with age under a passphrase (scrypt). " +
        "Name and address are in clear, the secret key never is.",
    )
    .addCommand(keyNew())
    .addCommand(keyImport())
    .addCommand(keyList());
}

function keyNew(): Command {
  const created = command({
    name: "new <name>",
    summary: "make a key",
    description: "Makes a random key and keeps it under a name.",
    examples: [
      ["key new alice", "asks for a passphrase"],
      ["key new bob --passphrase-file pass.txt", "without a terminal"],
    ],
  });
  return does<KeystoreOptions>(
    withKeystore(created),
    async () => (await import("./key_new.ts")).runKeyNew,
  );
}

function keyImport(): Command {
  const imported = command({
    name: "import <name> [key]",
    summary: "keep a key that exists",
    description:
      "Keeps a secret key under a name. KEY is a key file or 64 hexadecimal digits; left out, it is read from standard input, " +
      "so that it does not stay in the shell's history.",
    examples: [
      ["key import alice < secret.txt", "from standard input"],
      ["key import validator data/validator.key", "from a key file"],
    ],
  });
  return does<KeystoreOptions>(
    withKeystore(imported),
    async () => (await import("./key_import.ts")).runKeyImport,
  );
}

function keyList(): Command {
  const listed = command({
    name: "list",
    summary: "list the keys",
    description: "Lists names and addresses. No passphrase is needed.",
    examples: [["key list", "those of ./data/keystore"]],
  });
  return does<KeystoreOptions>(
    withKeystore(listed),
    async () => (await import("./key_list.ts")).runKeyList,
  );
}
