import type { Libp2p, PeerInfo } from "@libp2p/interface";
import type { Multiaddr } from "@multiformats/multiaddr";
import { LIMITS } from "../limits.ts";

/** Ways to find nodes besides what peers tell; both are off unless wanted. */
export interface Discovery {
  kadDht: boolean;
  mdns: boolean;
}

/** How far nodes of one chain find each other and nobody else. */
export interface DiscoveryScope {
  /** The protocol of the Kademlia table. */
  kad: string;
  /** The name of the service in multicast DNS. */
  serviceTag: string;
  /** Whether others may hear of a node. */
  isTold(id: string): boolean;
}

/** Between two questions on the local network. */
const MDNS_INTERVAL_MS = 10_000;
/** Between two questions in the Kademlia table for those that are near. */
const KAD_INTERVAL_MS = 30_000;
const REACHED = /^(\/ip[46]\/[0-9a-f.:]+\/udp\/\d{1,5}\/quic-v1)(\/p2p\/.*)?$/;

/** The parts of a libp2p node that look for others, loaded where they are wanted. */
export async function discoveryParts(
  { kadDht, mdns }: Discovery,
  scope: DiscoveryScope,
) {
  return {
    peerDiscovery: mdns ? [await mdnsPart(scope)] : [],
    services: kadDht ? { dht: await kadPart(scope) } : {},
  };
}

async function mdnsPart({ serviceTag }: DiscoveryScope) {
  const { mdns } = await import("@libp2p/mdns");
  return mdns({ serviceTag, interval: MDNS_INTERVAL_MS });
}

/** Every node answers, on private networks too; of those that nobody is told of it gives no address. */
async function kadPart({ kad, isTold }: DiscoveryScope) {
  const { kadDHT } = await import("@libp2p/kad-dht");
  return kadDHT({
    protocol: kad,
    clientMode: false,
    querySelfInterval: KAD_INTERVAL_MS,
    peerInfoMapper: (peer: PeerInfo) =>
      isTold(peer.id.toString()) ? peer : { ...peer, multiaddrs: [] },
  });
}

/** Hears of nodes that were found, with addresses on which they may be dialled. */
export function hearOf(
  node: Pick<Libp2p, "addEventListener">,
  onFound: (id: string, addresses: string[]) => void,
): void {
  node.addEventListener("peer:discovery", ({ detail }) => {
    const addresses = dialable(detail.multiaddrs);
    if (addresses.length > 0) onFound(detail.id.toString(), addresses);
  });
}

function dialable(all: readonly Multiaddr[]): string[] {
  const plain = all.flatMap((one) => REACHED.exec(one.toString())?.[1] ?? []);
  return [...new Set(plain)].slice(0, LIMITS.recordAddressesMax);
}
