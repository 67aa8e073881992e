/** From the JSON of the API (`src/gateway/json.ts`) to the types of the client. */
import type { Address } from "./address.ts";
import type { Hash } from "./hash.ts";
import type {
  Account,
  Block,
  BlockEvent,
  Genesis,
  NetworkMetrics,
  Offence,
  PeerLink,
  PeerMetrics,
  PeerPath,
  Peers,
  ReceiptsEvent,
  Status,
  Transaction,
  Validators,
} from "./types.ts";

// The node is trusted for form, never for content: what must be believed without
// trusting it comes with a proof, which the light client checks.
// deno-lint-ignore no-explicit-any
type Json = any;

const hash = (text: string) => text as Hash;
const address = (text: string) => text as Address;
const blob = (text: string) => Uint8Array.fromBase64(text);

export const decodeStatus = (json: Json): Status => ({
  chainId: json.chain_id,
  genesisHash: hash(json.genesis_hash),
  height: BigInt(json.height),
  blockId: hash(json.block_id),
  appHash: hash(json.app_hash),
  timeMs: json.time_ms,
  peers: json.peers,
  network: {
    activeConnections: json.network.active_connections,
    bytesSent: json.network.bytes_sent,
    bytesReceived: json.network.bytes_received,
    ...(json.network.rtt_ms !== undefined && { rttMs: json.network.rtt_ms }),
  },
  syncing: json.syncing,
  halted: json.halted ?? false,
  ...(json.consensus && {
    consensus: {
      sinceDecisionMs: json.consensus.since_decision_ms,
      powerHeard: BigInt(json.consensus.power_heard),
      powerTotal: BigInt(json.consensus.power_total),
      unheard: json.consensus.unheard.map(address),
    },
  }),
  ...(json.validator && { validator: json.validator }),
  executedHeight: BigInt(json.executed_height),
  baseFee: BigInt(json.base_fee),
  mempool: json.mempool,
  ...(json.signatures && { signatures: json.signatures }),
  version: json.version,
  protocolVersion: json.protocol_version,
});

export const decodeAccount = (json: Json): Account => ({
  address: address(json.address),
  exists: json.exists,
  height: BigInt(json.height),
  balance: BigInt(json.balance),
  nonce: BigInt(json.nonce),
  lanes: json.lanes.map((entry: Json) => ({
    lane: entry.lane,
    nonce: BigInt(entry.nonce),
  })),
  ...(json.proof !== undefined && { proof: blob(json.proof) }),
});

export const decodeTransaction = (json: Json): Transaction => ({
  ...decodeReceipt(json),
  height: BigInt(json.height),
  blockId: hash(json.block_id),
  sender: address(json.sender),
  body: {
    lane: json.body.lane,
    nonce: BigInt(json.body.nonce),
    validUntil: BigInt(json.body.valid_until),
    gasLimit: BigInt(json.body.gas_limit),
    maxFee: BigInt(json.body.max_fee),
    tip: BigInt(json.body.tip),
    memo: Uint8Array.fromHex(json.body.memo),
    actions: json.body.actions.map((action: Json) => ({
      type: action.type,
      to: address(action.to),
      amount: BigInt(action.amount),
    })),
  },
  ...(json.proof !== undefined && { proof: blob(json.proof) }),
});

const decodeReceipt = (json: Json) => ({
  hash: hash(json.hash),
  index: json.index as number,
  code: json.code as number,
  codeName: json.code_name as string,
  charged: json.charged as boolean,
  gasUsed: BigInt(json.gas_used),
  fee: BigInt(json.fee),
});

export const decodeBlock = (json: Json): Block => ({
  height: BigInt(json.height),
  blockId: hash(json.block_id),
  protocolVersion: json.protocol_version,
  chainId: json.chain_id,
  timeMs: json.time_ms,
  parent: hash(json.parent),
  proposer: address(json.proposer),
  validatorsHash: hash(json.validators_hash),
  nextValidatorsHash: hash(json.next_validators_hash),
  parametersHash: hash(json.parameters_hash),
  lastCertificateHash: hash(json.last_certificate_hash),
  evidenceHash: hash(json.evidence_hash),
  batchRoot: hash(json.batch_root),
  baseFee: BigInt(json.base_fee),
  gasUsed: BigInt(json.gas_used),
  stateRoot: hash(json.state_root),
  receiptsRoot: hash(json.receipts_root),
  messagesRoot: hash(json.messages_root),
  appHash: hash(json.app_hash),
  executed: json.executed,
  transactions: json.transactions,
  transactionIds: json.transaction_ids,
  batches: json.batches,
  evidence: json.evidence.map((entry: Json) => ({
    ...decodeOffence(entry),
    validator: address(entry.validator),
  })),
  certificate: {
    height: BigInt(json.certificate.height),
    round: json.certificate.round,
    blockId: hash(json.certificate.block_id),
    signatures: json.certificate.signatures,
  },
  raw: blob(json.raw),
});

const decodeOffence = (json: Json): Offence => ({
  kind: json.kind,
  height: BigInt(json.height),
  round: json.round,
});

export const decodeValidators = (json: Json): Validators => ({
  height: BigInt(json.height),
  validators: json.validators.map((entry: Json) => ({
    address: address(entry.address),
    publicKey: entry.public_key,
    power: BigInt(entry.power),
    offences: {
      count: entry.offences.count,
      latest: entry.offences.latest.map((one: Json) => ({
        ...decodeOffence(one),
        block: BigInt(one.block),
      })),
    },
  })),
  totalPower: BigInt(json.total_power),
});

export const decodePeers = (json: Json): Peers => ({
  id: json.id,
  addresses: json.addresses,
  metrics: decodeNetworkMetrics(json.metrics),
  peers: json.peers.map((entry: Json) => ({
    id: entry.id,
    ...(entry.control && { control: decodePeerLink(entry.control) }),
    ...(entry.data && { data: decodePeerLink(entry.data) }),
    metrics: decodePeerMetrics(entry.metrics),
    score: entry.score,
    roles: entry.roles,
    ...(entry.group !== undefined && { group: entry.group }),
    connectedMs: entry.connected_ms,
  })),
  bans: json.bans.map((ban: Json) => ({
    id: ban.id,
    reason: ban.reason,
    untilMs: ban.until_ms,
    count: ban.count,
  })),
});

const decodePeerMetrics = (json: Json): PeerMetrics => ({
  activeConnections: json.active_connections,
  bytesSent: json.bytes_sent,
  bytesReceived: json.bytes_received,
  ...(json.rtt_ms !== undefined && { rttMs: json.rtt_ms }),
  ...(json.packets && { packets: json.packets }),
  streams: json.streams,
  queued: json.queued,
  drops: json.drops,
});

const decodeNetworkMetrics = (json: Json): NetworkMetrics => ({
  ...decodePeerMetrics(json),
  dials: json.dials,
});

const decodePeerLink = (json: Json): PeerLink => ({
  address: json.address,
  direction: json.direction,
  sentBytes: json.sent_bytes,
  receivedBytes: json.received_bytes,
  droppedMessages: json.dropped_messages,
  ...(json.rtt_ms !== undefined && { rttMs: json.rtt_ms }),
  ...(json.paths && { paths: json.paths.map(decodePeerPath) }),
});

const decodePeerPath = (json: Json): PeerPath => ({
  address: json.address,
  direction: json.direction,
  isLate: json.late,
  datagramBytes: json.datagram_bytes,
  ...(json.rtt_ms !== undefined && { rttMs: json.rtt_ms }),
});

export const decodeGenesis = (json: Json): Genesis => ({
  hash: hash(json.hash),
  raw: blob(json.raw),
});

export const decodeBlockEvent = (json: Json): BlockEvent => ({
  height: BigInt(json.height),
  blockId: hash(json.block_id),
  timeMs: json.time_ms,
  proposer: address(json.proposer),
  transactions: json.transactions,
  batches: json.batches,
  baseFee: BigInt(json.base_fee),
  gasUsed: BigInt(json.gas_used),
  appHash: hash(json.app_hash),
});

export const decodeReceiptsEvent = (json: Json): ReceiptsEvent => ({
  height: BigInt(json.height),
  receipts: json.receipts.map(decodeReceipt),
});
