import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { concat } from "../../bytes/mod.ts";
import { ErrorCode, fault } from "../../errors/mod.ts";
import { type Signer, verifyEd25519 } from "../../platform/mod.ts";
import {
  NodeCertificateSchema,
  SignedNodeCertificateSchema,
} from "../../proto/gen/rustorium/v1/network_pb.ts";
import { peerIdOf, publicKeyOf } from "../identity.ts";

/** What an authority says of a node, checked. */
export interface NodeCertificate {
  /** The peer id. */
  id: string;
  /** The authority's ed25519 key in hexadecimal. */
  authority: string;
  /** Unix time in milliseconds from which it counts no more. */
  expiresMs: number;
}

/** A certificate is not larger. */
export const NODE_CERTIFICATE_BYTES_MAX = 256;

const DOMAIN = 0x33;

/** A certificate for the node `id`, signed by an authority's key. @throws MESSAGE_MALFORMED */
export async function issueNodeCertificate(
  authority: Signer,
  genesisHash: Uint8Array,
  { id, expiresMs }: { id: string; expiresMs: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const node = publicKeyOf(id);
  if (!node) throw fault(ErrorCode.MESSAGE_MALFORMED, { id });
  const certificate = toBinary(
    NodeCertificateSchema,
    create(NodeCertificateSchema, { node, expiresMs: BigInt(expiresMs) }),
  );
  const signature = await authority.sign(signBytes(genesisHash, certificate));
  return toBinary(
    SignedNodeCertificateSchema,
    create(SignedNodeCertificateSchema, {
      ...{ certificate, signature },
      authority: authority.publicKey,
    }),
  );
}

/** Checks encoding and signature, not whether the authority is known or the time is over. @throws MESSAGE_MALFORMED */
export function readNodeCertificate(
  bytes: Uint8Array,
  genesisHash: Uint8Array,
): NodeCertificate {
  if (bytes.length > NODE_CERTIFICATE_BYTES_MAX) throw malformed("too large");
  try {
    const signed = fromBinary(SignedNodeCertificateSchema, bytes);
    const { certificate, authority, signature } = signed;
    const what = signBytes(genesisHash, certificate);
    if (!verifyEd25519(authority, what, signature)) {
      throw malformed("signature");
    }
    const fields = fromBinary(NodeCertificateSchema, certificate);
    return {
      id: peerIdOf(fields.node),
      authority: authority.toHex(),
      expiresMs: Number(fields.expiresMs),
    };
  } catch {
    throw malformed("encoding or signature");
  }
}

const signBytes = (genesisHash: Uint8Array, certificate: Uint8Array) =>
  concat(Uint8Array.of(DOMAIN), genesisHash, certificate);

const malformed = (nodeCertificate: string) =>
  fault(ErrorCode.MESSAGE_MALFORMED, { nodeCertificate });
