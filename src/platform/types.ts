/** Everything a node may touch of the world outside. Nothing else in `src/` calls a clock, a random source, a timer, a file or a socket. */

/** Wall and monotonic time, and timers, in milliseconds. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Milliseconds from an arbitrary start; never goes back. */
  monotonic(): number;
  schedule(delayMs: number, callback: () => void): Timer;
  /** For 0 ms: until what has happened by now is known. Rejects with the signal's reason when it is aborted. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

export interface Timer {
  cancel(): void;
}

export interface Random {
  bytes(length: number): Uint8Array<ArrayBuffer>;
  /** A whole number in [0, bound). */
  integer(bound: number): number;
}

export type KvKey = readonly (string | number | bigint | Uint8Array)[];

export interface KvEntry {
  key: KvKey;
  value: Uint8Array;
}

export type KvMutation =
  | { type: "set"; key: KvKey; value: Uint8Array }
  | { type: "delete"; key: KvKey };

/** The part of Deno KV that the node uses. Values are bytes of at most 64 KiB. */
export interface Kv {
  get(key: KvKey): Promise<Uint8Array | undefined>;
  list(
    selector: { prefix: KvKey; start?: KvKey; end?: KvKey },
    options?: { reverse?: boolean; limit?: number },
  ): AsyncIterable<KvEntry>;
  /** All or nothing, durable when it resolves. At most 1,000 mutations and 800,000 bytes. */
  commit(mutations: readonly KvMutation[]): Promise<void>;
  close(): void;
}

/** An append-only file: the write-ahead log. */
export interface LogFile {
  read(): Promise<Uint8Array>;
  append(bytes: Uint8Array): Promise<void>;
  /** Durable when it resolves. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  /** Replaces the whole content, atomically and durably. */
  replace(bytes: Uint8Array): Promise<void>;
  close(): void;
}

/** Holds one ed25519 key; the key never leaves it. */
export interface Signer {
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** `accept`: passed on; `ignore`: not passed on; `reject`: not passed on, and counted against the peer that sent it. */
export type Verdict = "accept" | "ignore" | "reject";

/** Looks up names. */
export interface Resolver {
  /** IP addresses of a machine, of family 4 or 6, or of both (0). Rejects when the name is not known. */
  addresses(host: string, family: 0 | 4 | 6): Promise<string[]>;
  /** TXT records of a name. */
  texts(name: string): Promise<string[]>;
}

/** What crosses between nodes. Whatever is sent may be lost, doubled or reordered. Lower class first: votes never wait behind bulk. */
export interface Network {
  /** The own peer id. */
  readonly id: string;
  /** To every connected peer. */
  broadcast(channel: string, message: Uint8Array): void;
  send(peer: string, channel: string, message: Uint8Array): void;
  /**
   * Lets what is broadcast on a channel pass on from peer to peer, to nodes that
   * are not connected, and `onMessage` hear what came so: it is from the peer
   * that passed it on. `judge` says whether a message is worth it.
   */
  relay(channel: string, judge: (message: Uint8Array) => Verdict): void;
  /** Adds a handler; each gets every message. What it throws is logged and dropped. */
  onMessage(
    handler: (from: string, channel: string, message: Uint8Array) => void,
  ): void;
  /**
   * Asks one peer. Answers have at most 16 MiB. Rejects with PEER_UNREACHABLE,
   * PEER_TIMEOUT, or PEER_REFUSED when the other side's handler threw.
   */
  request(
    peer: string,
    topic: string,
    body: Uint8Array,
    timeoutMs?: number,
  ): Promise<Uint8Array>;
  /** One handler a topic; what it throws reaches the asker as a refusal. */
  onRequest(
    topic: string,
    handler: (from: string, body: Uint8Array) => Promise<Uint8Array>,
  ): void;
  /** Ids of connected peers. */
  peers(): string[];
  /** Adds a handler; it hears of every change, with all peers. */
  onPeers(handler: (peers: string[]) => void): void;
  /** What the node makes of a peer; nothing where the network keeps no account of it. */
  rate?(peer: string, finding: Finding): void;
  /** Open requests fail with SHUTTING_DOWN. */
  close(): Promise<void>;
}

/** `useful`: it brought something new; `invalid`: it sent what no honest node sends; `validator`: it proved to be a validator's. */
export type Finding = "useful" | "invalid" | "validator";

export type LogFields = Record<string, unknown>;

/** Structured log; `event` is a short stable sentence, fields carry the evidence. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  child(fields: LogFields): Log;
}
