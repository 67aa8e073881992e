import type { LogLevel } from "../platform/mod.ts";
import type {
  Clock,
  Log,
  LogFile,
  Network,
  Random,
  Resolver,
} from "../platform/types.ts";
import type { Carriers } from "./carriers.ts";
import type { Discovery } from "./control/discovery.ts";
import type { NetworkConfig, PathInfo } from "./data/types.ts";
import type { NetworkMetrics, PeerMetrics, PlaneTraffic } from "./metrics.ts";
import type { Ban } from "./peers/bans.ts";
import type { Standing } from "./peers/manager.ts";

export type { NetworkConfig } from "./data/types.ts";
export type { NetworkMetrics, PeerMetrics } from "./metrics.ts";
export type { Ban } from "./peers/bans.ts";

/** What a node's network is made of. */
export interface NetworkOptions {
  /** Secret key of the node, 32 bytes; its peer id follows from it. */
  seed: Uint8Array;
  /** Port 0 takes a free one. */
  listen: {
    host: string;
    /** UDP port of the control plane. */
    port: number;
    /** UDP port of the data plane. */
    dataPort: number;
  };
  /** How others reach this node where that is not where it listens: behind a proxy or a port forwarding. */
  announce?: {
    /** Multiaddrs of the control plane without the peer id; none: the own ones. */
    addresses: readonly string[];
    /** UDP port of the data plane at the hosts of the addresses; 0: the own one. */
    dataPort: number;
  };
  /** Multiaddrs of nodes to begin with; names in them are looked up. */
  bootstrap: readonly string[];
  /** Ids of the only nodes to connect with; none: any. */
  allow?: readonly string[];
  /** Multiaddrs, with their ids, of peers to be always connected with. */
  persistentPeers?: readonly string[];
  /** Whether they are the only ones to connect with. */
  onlyPersistent?: boolean;
  /** Ids of peers that nobody is told of. */
  privatePeers?: readonly string[];
  /** Keys, in hexadecimal, of those who certify nodes; none: no certificate is asked for. */
  authorities?: readonly string[];
  /** Ids of nodes whose certificates count no more. */
  revoked?: readonly string[];
  /** Encoding of the own `SignedNodeCertificate`. */
  nodeCertificate?: Uint8Array;
  /** Ways to find nodes besides what peers tell; none by default. */
  discovery?: Discovery;
  /** Where known peers are kept for the next start. */
  savedPeers?: Pick<LogFile, "read" | "replace">;
  resolver: Resolver;
  /** `[network]` of the configuration. */
  config: NetworkConfig;
  chainId: string;
  genesisHash: Uint8Array;
  clock: Clock;
  random: Random;
  log: Log;
  /** Whether the data plane has a thread of its own; else it has one where there are processors to spare. */
  dataThread?: boolean;
  /** libp2p and the platform's QUIC, where none are given; others run in the node's thread. */
  carriers?: Carriers;
  /** What the data plane's thread logs. */
  workerLog?: { level: LogLevel; format: "json" | "human" };
}

/** One plane's traffic with a peer. */
export interface PlaneInfo extends PlaneTraffic {
  /** The other side's address. */
  address: string;
  direction: "in" | "out";
  /** Messages that were not sent, for whatever reason. */
  droppedMessages: number;
}

/** A connected peer, by its connections. */
export interface PeerLinks {
  id: string;
  /** libp2p; absent while only the data plane is connected. */
  control?: PlaneInfo;
  /** Native QUIC; absent while messages take the control plane. */
  data?: PlaneInfo & {
    /** Each of its connections. */
    paths: readonly PathInfo[];
  };
  /** Both together. */
  metrics: PeerMetrics;
}

/** A connected peer, and what is thought of it. */
export type PeerInfo = PeerLinks & Standing;

/** What goes over the network and who is connected, at one moment. */
export interface NetworkReport<Peer> {
  metrics: NetworkMetrics;
  peers: Peer[];
}

/** The network of a real node. */
export interface NodeNetwork extends Network {
  /** Where the control plane is reached: `/ip4/…/udp/…/quic-v1/p2p/PEERID`. */
  multiaddrs(): string[];
  /** UDP port of the data plane. */
  readonly dataPort: number;
  peerInfo(): Promise<PeerInfo[]>;
  metrics(): Promise<NetworkMetrics>;
  report(): Promise<NetworkReport<PeerInfo>>;
  /** Who may not connect, why, and until when. */
  bans(): Ban[];
  /** Rejects when a part breaks down; never resolves. */
  readonly failed: Promise<never>;
}
