import { ErrorCode, fault } from "../../errors/mod.ts";
import { join } from "../../bytes/mod.ts";
import { publicKeyOf } from "../identity.ts";
import { LIMITS } from "../limits.ts";

const KEY_BYTES = 32;
const NOTHING = new Uint8Array();

/**
 * Whom the own peers are connected to, as they say. What they say is looked at
 * when somebody wants to know, and only until there is one that is no peer.
 */
export class Neighbours {
  /** Keys of a peer's peers, one after the other. */
  readonly #keysOf = new Map<string, Uint8Array>();
  readonly #ownId: string;
  #peers: readonly string[] = [];
  /** Keys of the node itself and of its peers, in hexadecimal. */
  #own: ReadonlySet<string> = new Set();
  /** Unknown since something changed. */
  #reachBeyond: boolean | undefined;

  constructor(ownId: string) {
    this.#ownId = ownId;
    this.meet([]);
  }

  /** These are the peers from now on. */
  meet(peers: readonly string[]): void {
    this.#peers = peers;
    this.#own = new Set(
      [this.#ownId, ...peers].flatMap((id) => publicKeyOf(id)?.toHex() ?? []),
    );
    this.#reachBeyond = undefined;
  }

  /** What a peer says of its peers. @throws MESSAGE_MALFORMED */
  hear(from: string, body: Uint8Array): void {
    const count = body.length / KEY_BYTES;
    if (!Number.isInteger(count) || count > LIMITS.neighboursMax) {
      throw fault(ErrorCode.MESSAGE_MALFORMED, { neighbourBytes: body.length });
    }
    this.#keysOf.set(from, body.slice());
    this.#reachBeyond = undefined;
  }

  forget(peer: string): void {
    this.#keysOf.delete(peer);
    this.#reachBeyond = undefined;
  }

  /** Whether somebody is connected to the peers who is not among them. */
  get reachBeyond(): boolean {
    return this.#reachBeyond ??= this.#peers.some((peer) =>
      this.#hasStranger(this.#keysOf.get(peer))
    );
  }

  #hasStranger(keys: Uint8Array = NOTHING): boolean {
    for (let at = 0; at < keys.length; at += KEY_BYTES) {
      const key = keys.subarray(at, at + KEY_BYTES).toHex();
      if (!this.#own.has(key)) return true;
    }
    return false;
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
