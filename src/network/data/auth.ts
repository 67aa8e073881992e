import { ErrorCode, fault } from "../../errors/mod.ts";
import type { Clock, Random, Signer } from "../../platform/mod.ts";
import { sha256, verifyEd25519 } from "../../platform/mod.ts";
import { concat } from "../../bytes/mod.ts";
import { type Duplex, frame, FrameReader } from "../frames.ts";
import { publicKeyOf } from "../identity.ts";
import { LIMITS } from "../limits.ts";
import { type KnownRecord, readRecord } from "../record.ts";

/** What one side of a connection knows of itself. */
export interface AuthParts {
  clock: Clock;
  random: Random;
  signer: Signer;
  genesisHash: Uint8Array;
}

const PURPOSE = new TextEncoder().encode("rustorium-data/1\0");
const TICKET_PURPOSE = new TextEncoder().encode("rustorium-ticket/1\0");
const NONCE_BYTES = 32;
const HASH_BYTES = 32;
const CODE_BYTES = 2;
const SIGNATURE_BYTES = 64;
const TICKET_BYTES = 32;

/** The signature is bound to the channel: the server's certificate, and a nonce of each side. */
function signBytes(
  genesisHash: Uint8Array,
  certificateHash: Uint8Array,
  clientNonce: Uint8Array,
  serverNonce: Uint8Array,
): Uint8Array {
  return concat(
    PURPOSE,
    genesisHash,
    certificateHash,
    clientNonce,
    serverNonce,
  );
}

/** What both sides know once the client has shown who it is, and nobody else: the signature crosses encrypted. */
function ticketOf(signature: Uint8Array, serverNonce: Uint8Array): Uint8Array {
  return sha256(concat(TICKET_PURPOSE, signature, serverNonce));
}

/**
 * Shows the server, whose certificate is pinned already, who we are. The ticket
 * of an earlier time lets it answer harmless questions meanwhile. Gives the
 * ticket for the next time. @throws PEER_OTHER_CHAIN, PEER_REFUSED
 */
export async function authenticate(
  stream: Duplex,
  parts: AuthParts & {
    certificateHash: Uint8Array;
    own: Uint8Array;
    ticket: Uint8Array;
  },
): Promise<Uint8Array> {
  const { random, signer, genesisHash, certificateHash, own, ticket } = parts;
  const reader = new FrameReader(stream.chunks);
  const clientNonce = random.bytes(NONCE_BYTES);
  await stream.write(frame(concat(genesisHash, clientNonce, ticket)));
  const challenge = await reader.next(CODE_BYTES + NONCE_BYTES);
  throwRefusal(challenge);
  const serverNonce = challenge.subarray(CODE_BYTES);
  const signature = await signer.sign(
    signBytes(
      genesisHash,
      certificateHash,
      clientNonce,
      serverNonce,
    ),
  );
  await stream.write(frame(concat(signature, own)));
  await stream.end();
  throwRefusal(await reader.next(CODE_BYTES));
  return ticketOf(signature, serverNonce);
}

/** Whom a client may be. */
export interface Door {
  /** Why it may not connect, as an error code; 0: it may. */
  admit(record: KnownRecord): number;
  /** It shows the ticket of an earlier time, which proves nothing yet about now. */
  onTicket(ticket: Uint8Array): void;
}

/** Lets a client show who it is. Gives the ticket that it may show the next time. */
export async function admitClient(
  stream: Duplex,
  parts: AuthParts & { certificateHash: Uint8Array },
  { admit, onTicket }: Door,
): Promise<{ record: KnownRecord; ticket: Uint8Array }> {
  const { clock, random, genesisHash, certificateHash } = parts;
  const reader = new FrameReader(stream.chunks);
  const hello = await reader.next(HASH_BYTES + NONCE_BYTES + TICKET_BYTES);
  const clientNonce = hello.subarray(HASH_BYTES, HASH_BYTES + NONCE_BYTES);
  const shown = hello.subarray(HASH_BYTES + NONCE_BYTES);
  const serverNonce = random.bytes(NONCE_BYTES);
  if (hello.subarray(0, HASH_BYTES).toHex() !== genesisHash.toHex()) {
    return await refuse(stream, ErrorCode.PEER_OTHER_CHAIN, serverNonce);
  }
  if (shown.length > 0) onTicket(shown);
  await stream.write(frame(concat(code(0), serverNonce)));
  const proof = await reader.next(SIGNATURE_BYTES + LIMITS.recordBytesMax);
  const signature = proof.subarray(0, SIGNATURE_BYTES);
  const signed = proof.subarray(SIGNATURE_BYTES);
  const record = readRecord(signed, genesisHash, clock.now());
  const isOurs = verifyEd25519(
    publicKeyOf(record.id)!,
    signBytes(
      genesisHash,
      certificateHash,
      clientNonce,
      serverNonce,
    ),
    signature,
  );
  const refusal = isOurs ? admit(record) : ErrorCode.PEER_REFUSED;
  if (refusal !== 0) return await refuse(stream, refusal, new Uint8Array());
  await stream.write(frame(code(0)));
  await stream.end();
  return { record, ticket: ticketOf(signature, serverNonce) };
}

async function refuse(
  stream: Duplex,
  refusal: number,
  padding: Uint8Array,
): Promise<never> {
  await stream.write(frame(concat(code(refusal), padding)));
  await stream.end();
  throw fault(refusal);
}

function code(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >>> 8);
}

function throwRefusal(bytes: Uint8Array): void {
  const refusal = (bytes[0] ?? 0) | (bytes[1] ?? 0) << 8;
  if (refusal !== 0) throw fault(refusal);
}
