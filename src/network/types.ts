import type { LogLevel } from "../platform/mod.ts";
import type {
  Clock,
  Log,
  LogFile,
  Network,
  Random,
  Resolver,
} from "../platform/types.ts";
import type { NetworkConfig } from "./data/types.ts";

export type { NetworkConfig } from "./data/types.ts";

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
  /** What the data plane's thread logs. */
  workerLog?: { level: LogLevel; format: "json" | "human" };
}

/** One plane's traffic with a peer. */
export interface PlaneInfo {
  /** The other side's address. */
  address: string;
  direction: "in" | "out";
  sentBytes: number;
  receivedBytes: number;
  /** Messages that found no room in the queue. */
  droppedMessages: number;
}

/** A connected peer. */
export interface PeerInfo {
  id: string;
  /** libp2p; absent while only the data plane is connected. */
  control?: PlaneInfo;
  /** Native QUIC; absent while messages take the control plane. */
  data?: PlaneInfo & {
    /** Of the last ping. */
    rttMs?: number;
  };
}

/** The network of a real node. */
export interface NodeNetwork extends Network {
  /** Where the control plane is reached: `/ip4/…/udp/…/quic-v1/p2p/PEERID`. */
  multiaddrs(): string[];
  /** UDP port of the data plane. */
  readonly dataPort: number;
  peerInfo(): Promise<PeerInfo[]>;
  /** Rejects when a part breaks down; never resolves. */
  readonly failed: Promise<never>;
}
