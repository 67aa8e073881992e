import { AsnConvert } from "@peculiar/asn1-schema";
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  Certificate,
  Name,
  RelativeDistinguishedName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from "@peculiar/asn1-x509";
import { sha256 } from "../../platform/mod.ts";

/** A TLS certificate that nobody but its own key vouches for. */
export interface OwnCertificate {
  /** PEM. */
  cert: string;
  /** PEM, PKCS #8. */
  key: string;
  /** SHA-256 of the DER. */
  hash: Uint8Array<ArrayBuffer>;
}

/** RFC 8410. */
const ED25519 = "1.3.101.112";
const COMMON_NAME = "2.5.4.3";
const DAY_MS = 86_400_000;
const VALID_DAYS = 3650;
const PEM_LINE = 64;

/** The name in every certificate; what identifies a node is the hash. */
export const SERVER_NAME = "rustorium";
const LABEL_CHARS = 32;

/**
 * The name that clients ask for: TLS keeps sessions by it, and none may serve for
 * another node. Of further connections to one node it is another one: a dial that
 * fails uses a session up, and the first of the next has to find one.
 */
export function serverNameOf(
  certificateHash: Uint8Array,
  isFurther = false,
): string {
  const label = certificateHash.toHex().slice(0, LABEL_CHARS);
  return `${isFurther ? "further." : ""}${label}.${SERVER_NAME}`;
}

/** A new ed25519 key and its self-signed certificate (RFC 5280), valid from the day before `nowMs`. */
export async function makeCertificate(nowMs: number): Promise<OwnCertificate> {
  const keys = await crypto.subtle.generateKey("Ed25519", true, [
    "sign",
    "verify",
  ]) as CryptoKeyPair;
  const spki = await crypto.subtle.exportKey("spki", keys.publicKey);
  const tbsCertificate = toBeSigned(spki, nowMs);
  const signatureValue = await crypto.subtle.sign(
    "Ed25519",
    keys.privateKey,
    AsnConvert.serialize(tbsCertificate),
  );
  const signatureAlgorithm = new AlgorithmIdentifier({ algorithm: ED25519 });
  const der = new Uint8Array(AsnConvert.serialize(
    new Certificate({ tbsCertificate, signatureAlgorithm, signatureValue }),
  ));
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return {
    cert: pem("CERTIFICATE", der),
    key: pem("PRIVATE KEY", new Uint8Array(pkcs8)),
    hash: sha256(der),
  };
}

function toBeSigned(spki: ArrayBuffer, nowMs: number): TBSCertificate {
  const name = new Name([
    new RelativeDistinguishedName([
      new AttributeTypeAndValue({
        type: COMMON_NAME,
        value: new AttributeValue({ utf8String: SERVER_NAME }),
      }),
    ]),
  ]);
  return new TBSCertificate({
    version: Version.v3,
    serialNumber: Uint8Array.of(1).buffer,
    signature: new AlgorithmIdentifier({ algorithm: ED25519 }),
    issuer: name,
    validity: new Validity({
      notBefore: new Date(nowMs - DAY_MS),
      notAfter: new Date(nowMs + VALID_DAYS * DAY_MS),
    }),
    subject: name,
    subjectPublicKeyInfo: AsnConvert.parse(spki, SubjectPublicKeyInfo),
  });
}

function pem(label: string, der: Uint8Array): string {
  const lines = der.toBase64().match(new RegExp(`.{1,${PEM_LINE}}`, "g")) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""]
    .join("\n");
}
