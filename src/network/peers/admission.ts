import { ErrorCode } from "../../errors/mod.ts";
import type { KnownRecord } from "../record.ts";
import { readNodeCertificate } from "./node_certificate.ts";

/** Who may be a peer at all. */
export interface AdmissionRules {
  /** Ids of the only nodes to connect with; none: any. */
  allow: readonly string[];
  /** Keys, in hexadecimal, of those who certify nodes; none: no certificate is asked for. */
  authorities: readonly string[];
  /** Ids of nodes whose certificates count no more. */
  revoked: readonly string[];
}

/** Rules that everybody meets. */
export const ANYBODY: AdmissionRules = {
  allow: [],
  authorities: [],
  revoked: [],
};

/** Says at the handshakes of both planes who may be a peer. */
export class Admission {
  readonly #allow: ReadonlySet<string>;
  readonly #authorities: ReadonlySet<string>;
  readonly #revoked: ReadonlySet<string>;
  readonly #genesisHash: Uint8Array;
  #barred: ReadonlySet<string> = new Set();

  constructor(rules: AdmissionRules, genesisHash: Uint8Array) {
    this.#allow = new Set(rules.allow);
    this.#authorities = new Set(rules.authorities);
    this.#revoked = new Set(rules.revoked);
    this.#genesisHash = genesisHash;
  }

  /** Nobody of these may be a peer from now on; who was barred before may again. */
  bar(ids: Iterable<string>): void {
    this.#barred = new Set(ids);
  }

  /** What can be said by the id alone. */
  allows(id: string): boolean {
    return !this.#barred.has(id) && !this.#revoked.has(id) &&
      (this.#allow.size === 0 || this.#allow.has(id));
  }

  /** Why this node may not be a peer, as an error code; 0: it may. */
  refusal({ id, nodeCertificate }: KnownRecord, nowMs: number): number {
    const isCertified = this.#authorities.size === 0 ||
      this.#isCertified(id, nodeCertificate, nowMs);
    return this.allows(id) && isCertified ? 0 : ErrorCode.PEER_REFUSED;
  }

  #isCertified(id: string, bytes: Uint8Array, nowMs: number): boolean {
    try {
      const found = readNodeCertificate(bytes, this.#genesisHash);
      return found.id === id && found.expiresMs > nowMs &&
        this.#authorities.has(found.authority);
    } catch {
      return false;
    }
  }
}
