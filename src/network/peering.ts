import { Book } from "./book.ts";
import { Admission } from "./peers/admission.ts";
import { Anchors } from "./peers/anchors.ts";
import { Bans } from "./peers/bans.ts";
import { DataTargets } from "./peers/data_targets.ts";
import { groupOf, hostIn, isExemptIn } from "./peers/groups.ts";
import { Roles } from "./peers/roles.ts";
import { idsOf, rulesOf } from "./peers/rules.ts";
import type { KnownRecord } from "./record.ts";
import { Saved } from "./saved.ts";
import type { NetworkOptions } from "./types.ts";

/** What a node knows of other nodes, whether they are connected or not. */
export type Peering = ReturnType<typeof openPeering>;

/** Reads what the last run knew. `connected` gives the ids of connected peers. */
export function openPeering(
  options: NetworkOptions,
  ownId: string,
  connected: () => string[],
) {
  const { clock, config, genesisHash, privatePeers = [] } = options;
  const isExempt = isExemptIn(config);
  const group = (address: string) => {
    const host = hostIn(address);
    return isExempt(host) ? undefined : groupOf(host);
  };
  /** Of its addresses the first that counts. */
  const groupOfRecord = ({ hosts }: KnownRecord) =>
    hosts.map(group).find((one) => one !== undefined);
  const roles = new Roles(clock, {
    persistent: idsOf(options.persistentPeers ?? []),
    private: privatePeers,
  });
  const bans = new Bans(clock);
  const anchors = new Anchors();
  const book = new Book(ownId, {
    groupOf: groupOfRecord,
    keeps: (id) => roles.isProtected(id) || connected().includes(id),
  });
  const saved = options.savedPeers && new Saved({
    ...options,
    ...{ file: options.savedPeers, book, bans, roles, anchors },
    peers: connected,
  });
  return {
    ...{ roles, bans, anchors, book, saved },
    admission: new Admission(rulesOf(options), genesisHash),
    groupOf: group,
    dataTargets: new DataTargets({
      ...{ book, roles },
      perGroup: config.outbound_per_group,
      groupOf: groupOfRecord,
      hasRoom: () => connected().length < config.max_peers,
    }),
  };
}
