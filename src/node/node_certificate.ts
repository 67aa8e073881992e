import { peerIdOf, readNodeCertificate } from "../network/mod.ts";
import { type Log, seedSigner } from "../platform/mod.ts";

export interface NodeCertificateOptions {
  /** The node's certificate in base64, if it has one. */
  nodeCertificate?: string;
  /** Secret key that peers know the node by, 32 bytes. */
  nodeSeed: Uint8Array;
  log: Log;
}

/** The certificate to show to peers; one that they will not take is told of, and not shown. */
export function nodeCertificate(
  { nodeCertificate: text, nodeSeed, log }: NodeCertificateOptions,
  genesisHash: Uint8Array,
): { nodeCertificate?: Uint8Array } {
  if (text === undefined) return {};
  const own = peerIdOf(seedSigner(nodeSeed).publicKey);
  try {
    const nodeCertificate = Uint8Array.fromBase64(text.trim());
    const { id, expiresMs } = readNodeCertificate(nodeCertificate, genesisHash);
    const until = new Date(expiresMs).toISOString();
    if (id === own) {
      log.info("the node has a certificate", { until });
      return { nodeCertificate };
    }
    log.warn("the node certificate is another node's", { id, own });
  } catch (error) {
    log.warn("the node certificate is not one of this chain", { error });
  }
  return {};
}
