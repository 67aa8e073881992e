import { peerIn } from "../identity.ts";
import type { AdmissionRules } from "./admission.ts";

/** What the configuration says of who may be a peer. */
export interface NamedPeers {
  allow?: readonly string[];
  persistentPeers?: readonly string[];
  onlyPersistent?: boolean;
  authorities?: readonly string[];
  revoked?: readonly string[];
}

/** The rules of admission: persistent peers are always on the list, and alone on it where nobody else may connect. */
export function rulesOf(named: NamedPeers): AdmissionRules {
  const { allow = [], authorities = [], revoked = [], onlyPersistent } = named;
  const persistent = idsOf(named.persistentPeers ?? []);
  const listed = allow.length > 0 ? [...allow, ...persistent] : [];
  return {
    allow: onlyPersistent ? persistent : listed,
    authorities: [...authorities],
    revoked: [...revoked],
  };
}

/** The peer ids at the ends of multiaddrs. */
export function idsOf(addresses: readonly string[]): string[] {
  return addresses.flatMap((one) => peerIn(one) ?? []);
}
