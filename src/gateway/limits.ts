import assert from "node:assert/strict";

/** The largest envelope that the protocol knows. */
export const ENVELOPE_BYTES_MAX = 16 * 1024;
/** Sender, signature, length: what every envelope has. */
export const ENVELOPE_HEAD_BYTES = 100;

/** Everything that a caller could make grow. What goes beyond is refused with RPC_BUSY or RPC_BODY_TOO_LARGE. */
export const LIMITS = {
  /** Of one JSON-RPC request or batch. */
  jsonBytesMax: 1024 * 1024,
  /** Requests in one JSON-RPC batch. */
  batchCallsMax: 100,
  /** Of one POST /submit. */
  submitBytesMax: 4 * 1024 * 1024,
  submitTransactionsMax: 10_000,
  /** Bulk submissions being worked on at one time: what they may hold in memory together. */
  submitBytesInFlightMax: 64 * 1024 * 1024,
  /** Of them what the executor works on at one time: a block waits for that much. */
  submitBytesRunningMax: 512 * 1024,
  /** What is admitted should be final in about so long; more is refused. */
  backlogMsMax: 500,
  /** Transactions that may wait while the speed of the chain is not known. */
  backlogBurst: 20_000,
  /** How long the bytes of one request may take to arrive. */
  bodyTimeoutMs: 30_000,
  /** HTTP requests being answered at one time, sockets aside. */
  requestsMax: 2_048,
  socketsMax: 1_000,
  /** One WebSocket message from a client. */
  frameBytesMax: 256 * 1024,
  /** Calls being answered at one time on one socket. */
  socketCallsMax: 64,
  socketSubscriptionsMax: 8,
  /** A subscription sends nothing while this much of its socket is unread. */
  socketUnreadBytesMax: 1024 * 1024,
  /** A socket that does not read answers to its calls is closed at this point. */
  socketUnreadBytesClose: 16 * 1024 * 1024,
  /** A socket that reads nothing for this long is closed. */
  socketStallMsMax: 60_000,
  /** Events of one frame. */
  frameEventsMax: 64,
  /** Long polls at one time. */
  waitsMax: 10_000,
  waitMsMax: 60_000,
  /** How long a proof may wait for the blocks that certify it. */
  proofWaitMs: 10_000,
  /** Transaction ids in the answer to `block`. */
  blockIdsMax: 1_000,
  /** Whole results and batches on their way from the store at one time; as many again for the events of subscriptions. */
  largeReadsMax: 8,
  /** Those that wait for it. */
  largeReadsWaitingMax: 10_000,
  /** Blocks and results kept in memory. */
  cacheBytesMax: 64 * 1024 * 1024,
  /** Faucet payments that are not final yet. */
  faucetInFlightMax: 32,
} as const;

/** The same figures, where a test or an operator sets others. */
export type GatewayLimits = { -readonly [K in keyof typeof LIMITS]: number };

assert(LIMITS.frameBytesMax > ENVELOPE_BYTES_MAX * 2);
assert(LIMITS.submitBytesInFlightMax >= LIMITS.submitBytesMax);
assert(LIMITS.socketUnreadBytesClose > LIMITS.socketUnreadBytesMax);
assert(LIMITS.proofWaitMs < LIMITS.waitMsMax);
assert(
  LIMITS.largeReadsWaitingMax >=
    LIMITS.socketsMax * LIMITS.socketSubscriptionsMax,
);
