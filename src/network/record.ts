import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { ErrorCode, fault } from "../errors/mod.ts";
import { type Signer, verifyEd25519 } from "../platform/mod.ts";
import {
  PeerRecordSchema,
  type SignedPeerRecord,
  SignedPeerRecordSchema,
} from "../proto/gen/rustorium/v1/network_pb.ts";
import { concat } from "../bytes/mod.ts";
import { peerIdOf } from "./identity.ts";
import { LIMITS } from "./limits.ts";

/** A peer's signed word on how it is reached, checked. */
export interface KnownRecord {
  id: string;
  timeMs: number;
  /** Multiaddrs without the peer id. */
  addresses: string[];
  /** IP addresses at which the data plane's port is. */
  hosts: string[];
  dataPort: number;
  certificateHash: Uint8Array<ArrayBuffer>;
  /** Encoding of a `SignedNodeCertificate`, not checked; empty where the node has none. */
  nodeCertificate: Uint8Array;
  /** Encoding of the `SignedPeerRecord`, to pass on. */
  signed: Uint8Array;
}

const DOMAIN = 0x30;
const HASH_BYTES = 32;
const PORT_MAX = 65_535;
const ADDRESS = /^\/ip[46]\/([0-9a-f.:]+)\/udp\/\d{1,5}\/quic-v1$/;

/** What the own record says. */
export type RecordFields =
  & Pick<
    KnownRecord,
    "timeMs" | "addresses" | "dataPort" | "certificateHash"
  >
  & Partial<Pick<KnownRecord, "nodeCertificate">>;

/** Encoding of the own `SignedPeerRecord`. */
export async function signRecord(
  signer: Signer,
  genesisHash: Uint8Array,
  fields: RecordFields,
): Promise<Uint8Array> {
  const record = toBinary(
    PeerRecordSchema,
    create(PeerRecordSchema, {
      publicKey: signer.publicKey,
      timeMs: BigInt(fields.timeMs),
      addresses: fields.addresses.slice(0, LIMITS.recordAddressesMax),
      dataPort: fields.dataPort,
      certificateHash: fields.certificateHash,
      ...(fields.nodeCertificate && {
        nodeCertificate: fields.nodeCertificate,
      }),
    }),
  );
  const signature = await signer.sign(signBytes(genesisHash, record));
  return toBinary(
    SignedPeerRecordSchema,
    create(SignedPeerRecordSchema, { record, signature }),
  );
}

/** Checks the encoding of a `SignedPeerRecord`. @throws MESSAGE_MALFORMED */
export function readRecord(
  signed: Uint8Array,
  genesisHash: Uint8Array,
  nowMs: number,
): KnownRecord {
  if (signed.length > LIMITS.recordBytesMax) throw malformed("too large");
  return checkRecord(
    decode(() => fromBinary(SignedPeerRecordSchema, signed)),
    genesisHash,
    nowMs,
  );
}

/** Like {@linkcode readRecord}, of a decoded one. */
export function checkRecord(
  { record, signature }: SignedPeerRecord,
  genesisHash: Uint8Array,
  nowMs: number,
): KnownRecord {
  if (record.length > LIMITS.recordBytesMax) throw malformed("too large");
  const fields = decode(() => fromBinary(PeerRecordSchema, record));
  const { publicKey, addresses, dataPort, certificateHash } = fields;
  const bytes = signBytes(genesisHash, record);
  if (!verifyEd25519(publicKey, bytes, signature)) throw malformed("signature");
  const timeMs = Number(fields.timeMs);
  if (timeMs > nowMs + LIMITS.recordAheadMsMax) throw malformed("time");
  if (certificateHash.length !== HASH_BYTES) throw malformed("hash");
  if (dataPort < 1 || dataPort > PORT_MAX) throw malformed("port");
  if (addresses.length > LIMITS.recordAddressesMax) throw malformed("count");
  return {
    id: peerIdOf(publicKey),
    timeMs,
    addresses,
    hosts: [...new Set(addresses.map(hostOf))],
    dataPort,
    certificateHash: certificateHash.slice(),
    nodeCertificate: fields.nodeCertificate.slice(),
    signed: toBinary(
      SignedPeerRecordSchema,
      create(SignedPeerRecordSchema, { record, signature }),
    ),
  };
}

function hostOf(address: string): string {
  if (address.length > LIMITS.addressCharsMax) throw malformed("address");
  const host = ADDRESS.exec(address)?.[1];
  if (!host) throw malformed("address");
  return host;
}

function decode<T>(read: () => T): T {
  try {
    return read();
  } catch {
    throw malformed("encoding");
  }
}

const signBytes = (genesisHash: Uint8Array, record: Uint8Array) =>
  concat(Uint8Array.of(DOMAIN), genesisHash, record);

const malformed = (peerRecord: string) =>
  fault(ErrorCode.MESSAGE_MALFORMED, { peerRecord });
