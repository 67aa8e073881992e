import { genesisHashOf } from "../../client/mod.ts";
import { issueNodeCertificate } from "../../network/mod.ts";
import { seedSigner, systemClock } from "../../platform/mod.ts";
import type { KeystoreOptions } from "../command.ts";
import { usage } from "../failure.ts";
import { createFile, readIfThere } from "../files.ts";
import { genesisBytes, parseGenesis, pathsIn } from "../home/mod.ts";
import { seedOf } from "../keys.ts";
import type { Output } from "../output.ts";
import { record } from "../table.ts";
import { short } from "../values.ts";

export interface CertifyOptions extends KeystoreOptions {
  by: string;
  days: number;
  genesis?: string;
  out?: string;
}

const DAY_MS = 86_400_000;

/** Signs a certificate that lets a node take part in a permissioned network. */
export async function runKeyCertify(
  output: Output,
  options: CertifyOptions,
  [node = ""]: (string | undefined)[],
): Promise<void> {
  const path = options.genesis ?? pathsIn(options.home).genesis;
  const text = await readIfThere(path);
  if (text === undefined) {
    throw usage(`There is no ${path}; name the chain's with --genesis.`);
  }
  const genesisHash = genesisHashOf(genesisBytes(parseGenesis(text, path)));
  const authority = seedSigner(await seedOf(options.by, options));
  const expiresMs = systemClock().now() + options.days * DAY_MS;
  const certificate = await issueNodeCertificate(authority, genesisHash, {
    id: node,
    expiresMs,
  }).catch(() => {
    throw usage(
      `A node is named by its peer id like 12D3KooW…, not "${short(node)}".`,
    );
  });
  const result = {
    node,
    authority: authority.publicKey.toHex(),
    expires_ms: expiresMs,
    certificate: certificate.toBase64(),
  };
  if (options.out !== undefined) {
    const isNew = await createFile(
      options.out,
      `${result.certificate}\n`,
      0o644,
    );
    if (!isNew) throw usage(`There is a file ${options.out} already.`);
  }
  await output.result(result, () =>
    record(Object.entries({
      ...result,
      expires_ms: new Date(expiresMs).toISOString(),
    })));
  output.note(
    `It belongs into node.certificate in the home of ${
      short(node)
    }; the authority into [p2p] authorities of every node.`,
  );
}
