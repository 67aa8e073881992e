import { NETWORK_LIMITS } from "../../network/mod.ts";
import type { Holdings } from "./holdings.ts";
import { CONFIG } from "./member.ts";

/** What one object may hold of the past: as much as its bound. Of everything else there is as much as in a network that has had no past. */
const KEPT: Record<string, number> = {
  "Anchors.#ids": NETWORK_LIMITS.anchorsMax,
  "Book.#entries": NETWORK_LIMITS.knownPeersMax,
  "Buckets.#buckets": NETWORK_LIMITS.guardedNamesMax,
  "DataTargets.#groups": NETWORK_LIMITS.knownPeersMax,
  "Outbound.#candidates": NETWORK_LIMITS.knownPeersMax,
  "PeerLimits.#accounts": NETWORK_LIMITS.scoredPeersMax,
  "PeerManager.#displaced": NETWORK_LIMITS.displacedMax,
  "Roles.#validators": NETWORK_LIMITS.provenValidatorsMax,
  "Scores.#accounts": NETWORK_LIMITS.scoredPeersMax,
  "Tickets.#held": NETWORK_LIMITS.ticketsMax,
  // Who is a peer, and who is just becoming one or ceasing to be.
  "DataPlane.#peers": CONFIG.max_peers,
  "Neighbours.#peersOf": CONFIG.max_peers + 1,
  "PeerManager.#sinceMs": CONFIG.max_peers + 1,
  "Roster.#peers": CONFIG.max_peers + 1,
  // For each connection, from the first frame of a class on; both sides may dial at once.
  "Flight.#bytesOn": 2,
  "Flight.#lanes": 2,
  // Nothing but pings is on its way.
  "Shares.#sum": 256,
};
/** Of connections that are being made with each peer of the data plane: where nobody answers they end after the idle time. */
const MAKING: Record<string, number> = { End: 8, Pipe: 8, Queue: 8 };
/** One for each account and each candidate. */
const OF_KEPT = new Set(["Backoff", "Pace"]);
/** Of those who look, and of the world around the nodes; cancelled events stay a while. */
const OWN =
  /^(ChurnRun|EventHeap|Faults|Holder|Member|MemoryFile|Trace|Traffic|Watch)\b/;
/** What chance may make more of. */
const CHANCE = { factor: 2, more: 24 };

/** What there is more of than there may be, against a network of as many nodes that has just begun. */
export function leaks(held: Holdings, fresh: Holdings): string[] {
  const found: string[] = [];
  for (const [name, { sum, most }] of held) {
    if (OF_KEPT.has(name) || OWN.test(name)) continue;
    const kept = KEPT[name];
    const usual = fresh.get(name)?.sum ?? 0;
    const making = (MAKING[name] ?? 0) * (held.get("DataPeer")?.objects ?? 0);
    const allowed = usual * CHANCE.factor + CHANCE.more + making;
    if (kept === undefined ? sum > allowed : most > kept) {
      found.push(
        `${name}: ${sum}, at most ${most} in one; ${usual} in a fresh network`,
      );
    }
  }
  return found;
}

/** What is left of networks that are closed. */
export function remains(held: Holdings, before: Holdings): string[] {
  return [...held].filter(([name, { objects }]) =>
    !OWN.test(name) && objects > (before.get(name)?.objects ?? 0)
  ).map(([name, { objects, sum }]) => `${name}: ${sum} in ${objects}`);
}
