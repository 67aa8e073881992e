import { ErrorCode, fault } from "../../errors/mod.ts";
import { join } from "../../bytes/mod.ts";
import { peerIdOf, publicKeyOf } from "../identity.ts";
import { LIMITS } from "../limits.ts";

const KEY_BYTES = 32;

/** Whom the own peers are connected to, as they say. */
export class Neighbours {
  readonly #peersOf = new Map<string, string[]>();
  readonly #ownId: string;

  constructor(ownId: string) {
    this.#ownId = ownId;
  }

  /** What a peer says of its peers. @throws MESSAGE_MALFORMED */
  hear(from: string, body: Uint8Array): void {
    this.#peersOf.set(from, decodePeers(body));
  }

  forget(peer: string): void {
    this.#peersOf.delete(peer);
  }

  /** Whether somebody is connected to `peers` who is not among them. */
  reachBeyond(peers: readonly string[]): boolean {
    const own = new Set(peers).add(this.#ownId);
    return peers.some((peer) =>
      this.#peersOf.get(peer)?.some((other) => !own.has(other))
    );
  }
}

/** Says that there is somebody of whom nothing is told. */
const NOBODY = new Uint8Array(KEY_BYTES);

/**
 * Peers as they are told of: their keys, one after the other; those beyond the
 * bound are left out. Of those that are not told of it is only said that there
 * is somebody, so that messages are passed on to them.
 */
export function encodePeers(
  peers: readonly string[],
  isTold: (id: string) => boolean = () => true,
): Uint8Array {
  const told = peers.filter(isTold).slice(0, LIMITS.neighboursMax - 1);
  const keys = told.flatMap((id) => publicKeyOf(id) ?? []);
  return join(peers.every(isTold) ? keys : [...keys, NOBODY]);
}

function decodePeers(body: Uint8Array): string[] {
  const count = body.length / KEY_BYTES;
  if (!Number.isInteger(count) || count > LIMITS.neighboursMax) {
    throw fault(ErrorCode.MESSAGE_MALFORMED, { neighbourBytes: body.length });
  }
  return Array.from(
    { length: count },
    (_, n) => peerIdOf(body.subarray(KEY_BYTES * n, KEY_BYTES * (n + 1))),
  );
}
