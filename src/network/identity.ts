import { base58btc } from "multiformats/bases/base58";
import { ErrorCode, fault } from "../errors/mod.ts";

const KEY_BYTES = 32;
/** The identity multihash of a protobuf-encoded ed25519 key (libp2p's peer id specification). */
const PREFIX = Uint8Array.of(0, 36, 8, 1, 18, 32);
/** What 38 bytes take in base58. */
const CHARS_MAX = 52;

/** The libp2p peer id of an ed25519 public key, e.g. `12D3KooW…`. */
export function peerIdOf(publicKey: Uint8Array): string {
  if (publicKey.length !== KEY_BYTES) {
    throw fault(ErrorCode.MESSAGE_MALFORMED, { keyBytes: publicKey.length });
  }
  const bytes = new Uint8Array(PREFIX.length + KEY_BYTES);
  bytes.set(PREFIX);
  bytes.set(publicKey, PREFIX.length);
  return base58btc.baseEncode(bytes);
}

/** The peer id at the end of a multiaddr, not checked; undefined where none is. */
export function peerIn(address: string): string | undefined {
  return /\/p2p\/([^/]+)$/.exec(address)?.[1];
}

/** The public key in a peer id; undefined when it is not that of an ed25519 key. */
export function publicKeyOf(peerId: string): Uint8Array | undefined {
  if (peerId.length > CHARS_MAX) return undefined;
  try {
    const bytes = base58btc.baseDecode(peerId);
    const publicKey = bytes.slice(PREFIX.length);
    return peerIdOf(publicKey) === peerId ? publicKey : undefined;
  } catch {
    return undefined;
  }
}
