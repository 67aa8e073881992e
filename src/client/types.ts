/** What the calls of a client give. Heights and amounts are `bigint`, ids lowercase hex, blobs bytes. */
import type { Parameters } from "../proto/gen/rustorium/v1/state_pb.ts";
import type { Address } from "./address.ts";
import type { Hash } from "./hash.ts";

/** The options that every call takes. */
export interface CallOptions {
  signal?: AbortSignal;
}

/** The facts that never change while a chain lives. */
export interface ChainInfo {
  chainId: string;
  genesisHash: Uint8Array<ArrayBuffer>;
  parameters: Parameters;
}

/** How a node is. */
export interface Status {
  chainId: string;
  genesisHash: Hash;
  /** The last final height; 0 in a new chain. */
  height: bigint;
  blockId: Hash;
  /** The state root in the header of `height`: the state after `height - 2`. */
  appHash: Hash;
  /** Milliseconds since the Unix epoch. */
  timeMs: number;
  peers: number;
  /** What goes over the connections to them: the first lines of {@linkcode NetworkMetrics}. */
  network: Pick<
    NetworkMetrics,
    "activeConnections" | "bytesSent" | "bytesReceived" | "rttMs"
  >;
  syncing: boolean;
  /** Nothing was decided at this node for longer than two rounds take. */
  halted: boolean;
  /** Who votes, as seen from this node; absent while it starts. */
  consensus?: {
    /** Milliseconds since the last decision, or since the node's start. */
    sinceDecisionMs: number;
    /** Voting power of the validators whose votes came lately. More than two thirds of the total are needed. */
    powerHeard: bigint;
    powerTotal: bigint;
    /** Validators whose votes did not come. */
    unheard: Address[];
  };
  /** Address of the validator that the node is; undefined where it only follows the chain. */
  validator?: string;
  /** The last height whose results are known. */
  executedHeight: bigint;
  /** Per unit of gas. */
  baseFee: bigint;
  mempool: { transactions: number; bytes: number };
  /** What checks signatures: `fma`, `integer`, or `distrusted` where `fma` was found wrong on that machine and `integer` took its place; absent while the node starts. */
  signatures?: string;
  version: string;
  protocolVersion: number;
}

/** What an account holds, and which nonces come next. */
export interface Account {
  address: Address;
  /** False: never credited. Balance and nonce are 0 then. */
  exists: boolean;
  /** The height after which this is the state. */
  height: bigint;
  balance: bigint;
  /** The next nonce of lane 0. */
  nonce: bigint;
  /** Next nonces of the lanes that were used. */
  lanes: { lane: number; nonce: bigint }[];
  /** Encoding of `rustorium.v1.AccountProof`, when asked for. */
  proof?: Uint8Array;
}

/** `amount` base units to one address. */
export interface TransferAction {
  type: "transfer";
  to: Address;
  amount: bigint;
}

/** What its sender signed. */
export interface TransactionContent {
  lane: number;
  nonce: bigint;
  validUntil: bigint;
  gasLimit: bigint;
  maxFee: bigint;
  tip: bigint;
  memo: Uint8Array;
  actions: TransferAction[];
}

/** A transaction of a final block, with what became of it. */
export interface Transaction {
  hash: Hash;
  height: bigint;
  blockId: Hash;
  /** Its place in the order of the block's transactions. */
  index: number;
  sender: Address;
  /** 0: executed. Otherwise an error code: see `rustorium explain`. */
  code: number;
  /** `OK`, or the code's name. */
  codeName: string;
  /** Whether the fee was taken. */
  charged: boolean;
  gasUsed: bigint;
  fee: bigint;
  body: TransactionContent;
  /** Encoding of `rustorium.v1.TransactionProof`, when asked for. */
  proof?: Uint8Array;
}

/** One validator's precommit in a certificate. */
export interface CommitSignature {
  validator: Address;
  signature: string;
}

/** What a validator did, by evidence that a block holds. */
export interface Offence {
  kind: "duplicate_vote" | "duplicate_proposal" | "invalid_batch";
  height: bigint;
  /** 0 for a batch. */
  round: number;
}

/** A final block: its header, its certificate and what it holds. */
export interface Block {
  height: bigint;
  blockId: Hash;
  protocolVersion: number;
  chainId: string;
  timeMs: number;
  parent: Hash;
  proposer: Address;
  validatorsHash: Hash;
  nextValidatorsHash: Hash;
  parametersHash: Hash;
  lastCertificateHash: Hash;
  evidenceHash: Hash;
  batchRoot: Hash;
  baseFee: bigint;
  gasUsed: bigint;
  stateRoot: Hash;
  receiptsRoot: Hash;
  messagesRoot: Hash;
  /** The same as `stateRoot`. */
  appHash: Hash;
  /** Whether the results of this block are known yet. */
  executed: boolean;
  /** How many transactions the block holds. */
  transactions: number;
  /** The first 1,000 of them; empty before the block is executed. */
  transactionIds: Hash[];
  /** Digests, in the order of execution. */
  batches: Hash[];
  /** What validators are convicted of by this block. */
  evidence: (Offence & { validator: Address })[];
  certificate: {
    height: bigint;
    round: number;
    blockId: Hash;
    signatures: CommitSignature[];
  };
  /** Encoding of `rustorium.v1.CertifiedBlock`. */
  raw: Uint8Array;
}

/** Who decides, and with what power. */
export interface Validators {
  height: bigint;
  validators: {
    address: Address;
    publicKey: string;
    power: bigint;
    /** How many blocks record, and the latest of them with the height of the block, oldest first. */
    offences: { count: number; latest: (Offence & { block: bigint })[] };
  }[];
  totalPower: bigint;
}

/** One connection of native QUIC between a node and its peer. */
export interface PeerPath {
  address: string;
  direction: "in" | "out";
  /** Its last ping is not answered in time: it carries votes only, unless all are late. */
  isLate: boolean;
  rttMs?: number;
  /** What fits into a datagram (RFC 9221); 0: not negotiated. */
  datagramBytes: number;
}

/** One plane's traffic between a node and its peer. */
export interface PeerLink {
  address: string;
  /** Who dialled: `out` is the node that was asked. */
  direction: "in" | "out";
  sentBytes: number;
  receivedBytes: number;
  droppedMessages: number;
  rttMs?: number;
  /** Each connection, of native QUIC only. Address and direction are those of the one that answers first. */
  paths?: readonly PeerPath[];
}

/** What waits in a queue now. */
export interface Waiting {
  messages: number;
  bytes: number;
}

/** What goes over the connections between a node and a peer. */
export interface PeerMetrics {
  /** Of both planes. */
  activeConnections: number;
  bytesSent: number;
  bytesReceived: number;
  /** Absent until it was measured. */
  rttMs?: number;
  /** Sent on libp2p's connections, and lost of these. The QUIC of the data plane does not tell. */
  packets?: { sent: number; lost: number };
  /** Open streams: `urgent` (votes), `announcement`, `bulk` on the data plane; `message`, `gossip`, `record`, `kad`, `other` on libp2p; `request` on both. */
  streams: Record<string, number>;
  /** What waits to be sent, by class. Of the whole network also `inbox`, which waits for the node, and `crossing`, for the data plane's thread. */
  queued: Record<string, Waiting>;
  /** Messages by why they were dropped: `full` queue, `disconnected` before they left. Of the whole network also `crossing` (no room before the data plane's thread), `duplicate` (came by another way before), `rejected` and `ignored` (not passed on), `unhandled` (the node failed over them). */
  drops: Record<string, number>;
}

/** What became of attempts to connect. */
export interface DialOutcomes {
  answered: number;
  refused: number;
  /** A node of another chain answered. */
  foreign: number;
  late: number;
  unreachable: number;
}

/** What goes over a node's network. Bytes, packets, drops and dials are counted since its start, also those of peers that are gone; the round trip is the mean of all peers. */
export interface NetworkMetrics extends PeerMetrics {
  /** By plane. */
  dials: { control: DialOutcomes; data: DialOutcomes };
}

/** A node among its peers. */
export interface Peers {
  /** The peer id of the node that was asked. */
  id: string;
  /** Its multiaddrs, to give to others as bootstrap peers. */
  addresses: string[];
  /** All together. */
  metrics: NetworkMetrics;
  peers: {
    id: string;
    /** libp2p. */
    control?: PeerLink;
    /** Native QUIC: votes and blocks. */
    data?: PeerLink;
    /** Both together. */
    metrics: PeerMetrics;
    /** What is thought of it: from about -110 to 110, 0 for whoever is new. */
    score: number;
    /** `persistent` and `private` as configured; `validator`: it proved to be one's. With any of them it is never displaced. */
    roles: string[];
    /** Its address group (a /16 of IPv4, a /32 of IPv6), where such groups matter. */
    group?: string;
    /** How long it has been connected. */
    connectedMs: number;
  }[];
  /** Who may not connect. */
  bans: {
    id: string;
    reason: string;
    /** Unix time in milliseconds. */
    untilMs: number;
    /** How often it was banned. */
    count: number;
  }[];
}

/** What the chain started from. */
export interface Genesis {
  hash: Hash;
  /** Encoding of `rustorium.v1.Genesis`. */
  raw: Uint8Array;
}

/** The answer to one transaction of a bulk submission. */
export interface Submitted {
  hash: Hash;
  /** 0: admitted to the mempool. Otherwise an error code. */
  code: number;
}

/** A final block, as a subscription tells it. */
export interface BlockEvent {
  height: bigint;
  blockId: Hash;
  timeMs: number;
  proposer: Address;
  transactions: number;
  batches: number;
  baseFee: bigint;
  gasUsed: bigint;
  appHash: Hash;
}

/** What became of one transaction. */
export interface ReceiptEntry {
  hash: Hash;
  index: number;
  code: number;
  codeName: string;
  charged: boolean;
  gasUsed: bigint;
  fee: bigint;
}

/** The results of one block, in the order of its transactions. */
export interface ReceiptsEvent {
  height: bigint;
  receipts: ReceiptEntry[];
}
