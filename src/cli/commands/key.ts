import { Command } from "commander";
import {
  command,
  does,
  type KeystoreOptions,
  withKeystore,
} from "../command.ts";
import * as values from "../values.ts";
import type { CertifyOptions } from "./key_certify.ts";

/** `key new|import|list|certify`: the encrypted keystore. */
export function key(): Command {
  return new Command("key")
    .summary("make, import and list keys, certify nodes")
    .description(
      "The keystore: one file for each key, encrypted with age under a passphrase (scrypt). " +
        "Name and address are in clear, the secret key never is.",
    )
    .addCommand(keyNew())
    .addCommand(keyImport())
    .addCommand(keyList())
    .addCommand(keyCertify());
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

function keyCertify(): Command {
  const certified = command({
    name: "certify <node>",
    summary: "let a node take part in a permissioned network",
    description:
      "Signs a certificate for the node with the peer id NODE, for one chain and a time. Nodes whose [p2p] authorities name the signing key connect only with nodes that show one.",
    examples: [
      [
        "key certify 12D3KooW… --by authority --days 90",
        "signed by the key of that name",
      ],
      [
        "key certify 12D3KooW… --by authority --out node.certificate",
        "into a file for the node's home",
      ],
    ],
  })
    .requiredOption("--by <key>", "name, file or secret key of the authority")
    .option(
      "--days <n>",
      "for how long it counts",
      values.integer("--days", 1, 3_650),
      365,
    )
    .option(
      "--genesis <file>",
      "the chain's genesis (default: genesis.json in --home)",
    )
    .option("--out <file>", "a new file for the certificate");
  return does<CertifyOptions>(
    withKeystore(certified),
    async () => (await import("./key_certify.ts")).runKeyCertify,
  );
}
