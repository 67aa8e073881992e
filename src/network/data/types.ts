import type { Config } from "../../config/mod.ts";
import type { Class } from "../channels.ts";
import type {
  Counts,
  DialOutcomes,
  PlaneTraffic,
  Waiting,
} from "../metrics.ts";
import type { DropCounts } from "../guard/drops.ts";
import type { AdmissionRules } from "../peers/admission.ts";
import type { Deed } from "../peers/scores.ts";

/** `[network]` of the configuration. */
export type NetworkConfig = Config["network"];

/** What the data plane starts with, and who may be its peer. */
export interface DataOptions extends AdmissionRules {
  /** The node's secret key. */
  seed: Uint8Array;
  genesisHash: Uint8Array;
  listen: { host: string; port: number };
  config: NetworkConfig;
}

/** Where it listens, for the peer record. */
export interface DataAddress {
  port: number;
  certificateHash: Uint8Array<ArrayBuffer>;
}

/** One frame for some peers. */
export interface Outgoing {
  to: readonly string[];
  of: Class;
  frame: Uint8Array;
}

/** What came from a peer: a message, or a question that waits for `answer` or `refuse`. */
export type Incoming =
  | { kind: "message"; from: string; channel: string; body: Uint8Array }
  | {
    kind: "request";
    id: number;
    from: string;
    topic: string;
    body: Uint8Array;
  };

/** What an item counts against the bounds. */
export function bytesOf({ body }: Incoming): number {
  return ITEM_BYTES + body.length;
}

const ITEM_BYTES = 64;

/** One connection of a peer. */
export interface PathInfo {
  /** `host:port` of the other side. */
  address: string;
  direction: "in" | "out";
  /** Its last ping is not answered in time. */
  isLate: boolean;
  rttMs?: number;
  /** What fits into a datagram (RFC 9221); 0: not negotiated. The data plane sends none. */
  datagramBytes: number;
}

/** A peer on the data plane. */
export interface DataPeerInfo extends PlaneTraffic {
  id: string;
  /** `slow`: connected, but its last answer to a ping is late. */
  state: "up" | "slow" | "down";
  /** Of the connection that answers first, while there is one: `host:port` of the other side. */
  address?: string;
  direction?: "in" | "out";
  paths: PathInfo[];
}

/** All that the data plane counts. */
export interface DataTotals {
  peers: DataPeerInfo[];
  /** Of peers that it has forgotten. */
  past: Counts;
  /** What has come and waits for the node. */
  inbox: Waiting;
  dials: DialOutcomes;
  /** What was not taken, by reason. */
  drops: DropCounts;
}

/** The data plane as seen from another thread. */
export interface DataService {
  start(options: DataOptions): Promise<DataAddress>;
  /** The own signed record, shown to peers. */
  announce(signed: Uint8Array): Promise<void>;
  /** A peer's signed record: it is dialled from now on. */
  know(signed: Uint8Array): Promise<void>;
  /** Nobody of these may be a peer from now on; who is, is dropped. */
  bar(ids: string[]): Promise<void>;
  /** These are validators and persistent peers, and these are the hosts at which they are. */
  protect(ids: string[], hosts: string[]): Promise<void>;
  /** Is called with what peers do wrong. */
  onDeed(callback: (id: string, deed: Deed) => void): void;
  /** Told, as are `answer`, `refuse` and `took`: see {@linkcode TOLD}. */
  send(item: Outgoing): void;
  /** Resolves when all that was sent before has crossed. */
  crossed(): Promise<void>;
  /** Is called with what has come, as long as not more than a bound was not taken yet. */
  onIncoming(callback: (items: Incoming[]) => void): void;
  /** So many bytes of it, as {@linkcode bytesOf} counts them, are in the node's hands. */
  took(bytes: number): void;
  answer(id: number, body: Uint8Array): void;
  refuse(id: number, reason: string): void;
  request(
    peer: string,
    topic: string,
    body: Uint8Array,
    timeoutMs: number,
  ): Promise<Uint8Array>;
  peers(): Promise<DataPeerInfo[]>;
  totals(): Promise<DataTotals>;
  /** Is called with the states of all peers, now and whenever one changes. */
  onStates(
    callback: (states: Pick<DataPeerInfo, "id" | "state">[]) => void,
  ): void;
  stop(): Promise<void>;
}

/** Methods whose answer nobody waits for. */
export const TOLD = ["send", "answer", "refuse", "took"] as const;
