/** A chain of one process without consensus, for tests of the gateway and the client. */
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  BatchHeaderSchema,
  BatchSchema,
} from "../../proto/gen/rustorium/v1/batch_pb.ts";
import {
  BlockSchema,
  HeaderSchema,
} from "../../proto/gen/rustorium/v1/block_pb.ts";
import {
  CommitCertificateSchema,
  type Evidence,
} from "../../proto/gen/rustorium/v1/consensus_pb.ts";
import { ReceiptSchema } from "../../proto/gen/rustorium/v1/receipt_pb.ts";
import { StateProofSchema } from "../../proto/gen/rustorium/v1/proof_pb.ts";
import {
  AccountSchema,
  GenesisSchema,
} from "../../proto/gen/rustorium/v1/state_pb.ts";
import { TransactionBodySchema } from "../../proto/gen/rustorium/v1/transaction_pb.ts";
import { createWallet, genesisHashOf, hashOf } from "../../client/mod.ts";
import { ErrorCode } from "../../errors/mod.ts";
import type { BlockResult } from "../../execution/types.ts";
import { offenceOf } from "../../offence/mod.ts";
import type { OffenceRecord, StoredBlock } from "../../storage/types.ts";
import type {
  DialOutcomes,
  GatewayBackend,
  NewBlock,
  PeerMetrics,
  Peers,
} from "../types.ts";

/** The secret key of the one rich account. */
export const RICH_SEED = new Uint8Array(32).fill(1);
const RICH = createWallet(RICH_SEED);
const HEAD = 100;

const TEST_METRICS: PeerMetrics = {
  activeConnections: 1,
  bytesSent: 3,
  bytesReceived: 4,
  rttMs: 0.5,
  packets: { sent: 9, lost: 1 },
  streams: { urgent: 1, request: 0 },
  queued: { bulk: { messages: 2, bytes: 2_000 } },
  drops: { full: 5, disconnected: 0 },
};
const TEST_DIALS: DialOutcomes = {
  answered: 1,
  refused: 2,
  foreign: 3,
  late: 4,
  unreachable: 5,
};

/** What the chain says of its peers. */
export const TEST_PEERS: Peers = {
  id: "12D3KooWTest",
  addresses: ["/ip4/127.0.0.1/udp/1/quic-v1/p2p/12D3KooWTest"],
  metrics: {
    ...TEST_METRICS,
    dials: { control: TEST_DIALS, data: TEST_DIALS },
  },
  peers: [{
    id: "12D3KooWOther",
    data: {
      address: "127.0.0.1:2",
      direction: "out",
      sentBytes: 3,
      receivedBytes: 4,
      droppedMessages: 0,
      rttMs: 0.5,
      paths: [
        {
          ...{ address: "127.0.0.1:2", direction: "out" },
          ...{ isLate: false, rttMs: 0.5, datagramBytes: 1_162 },
        },
        {
          ...{ address: "127.0.0.2:2", direction: "in" },
          ...{ isLate: true, datagramBytes: 0 },
        },
      ],
    },
    metrics: TEST_METRICS,
    score: 2,
    roles: ["validator"],
    group: "203.0",
    connectedMs: 1_000,
  }],
  bans: [{ id: "12D3KooWBad", reason: "garbage", untilMs: 7, count: 2 }],
};

interface Account {
  balance: bigint;
  lanes: Map<number, bigint>;
}

/** Produces a block when it is told to; every transaction in it costs nothing. */
export class TestChain {
  readonly genesis: Uint8Array<ArrayBuffer>;
  readonly genesisHash: Uint8Array<ArrayBuffer>;
  readonly backend: GatewayBackend;
  readonly #blocks: StoredBlock[] = [];
  readonly #results: BlockResult[] = [];
  readonly #batches = new Map<string, Uint8Array>();
  readonly #positions = new Map<string, { height: bigint; index: number }>();
  readonly #accounts = new Map<string, Account>();
  readonly #decided: ((block: NewBlock) => void)[] = [];
  readonly #executed: ((height: bigint, forwarded: number) => void)[] = [];
  #pending: Uint8Array[] = [];
  #timeMs = Date.now();
  readonly #offences: OffenceRecord[] = [];
  /** What the next block holds against somebody, one piece for each validator. */
  readonly evidence: Evidence[] = [];
  /** The code for an envelope that is not to be admitted, else 0. */
  refuse: (envelope: Uint8Array) => number = () => 0;
  signatureBackend = "fma";
  /** Makes a block as soon as a transaction comes in. */
  eager = true;

  constructor(options: { validators?: number } = {}) {
    const validator = RICH.publicKey;
    const genesis = create(GenesisSchema, {
      chainId: "rustorium-test",
      timeMs: BigInt(this.#timeMs),
      parameters: {
        protocolVersion: 1,
        baseFeeMin: 1n,
        gasPerTransaction: 1_000n,
        gasPerByte: 1n,
        gasPerAction: 100n,
        validityBlocksMax: 1_000n,
      },
      validators: {
        validators: Array.from({ length: options.validators ?? 1 }, () => ({
          address: validator,
          publicKey: validator,
          power: 100n,
        })),
      },
      accounts: [{ address: RICH.publicKey, balance: 10n ** 15n }],
    });
    this.genesis = toBinary(GenesisSchema, genesis);
    this.genesisHash = genesisHashOf(this.genesis);
    this.#account(RICH.publicKey).balance = 10n ** 15n;
    this.backend = this.#makeBackend();
  }

  get height(): bigint {
    return BigInt(this.#blocks.length);
  }

  /** Decides and executes the next block with what waits. */
  produce(): void {
    const envelopes = this.#pending.toSorted((a, b) => slotOf(a) - slotOf(b));
    this.#pending = [];
    const height = this.height + 1n;
    const roots = this.#rootOf(height - 2n);
    const batch = this.#makeBatch(envelopes, height);
    this.#timeMs = Math.max(this.#timeMs + 1, Date.now());
    const header = create(HeaderSchema, {
      protocolVersion: 1,
      chainId: "rustorium-test",
      height,
      timeMs: BigInt(this.#timeMs),
      parent: this.#blocks.at(-1)?.blockId ?? this.genesisHash,
      proposer: RICH.publicKey,
      baseFee: 1n,
      stateRoot: roots,
    });
    const blockId = hashOf(0x14, toBinary(HeaderSchema, header));
    const evidence = this.evidence.splice(0);
    const block = create(BlockSchema, {
      header,
      evidence,
      batches: batch ? [batch] : [],
    });
    this.#offences.push(...evidence.map((one) => recordOf(one, height)));
    const stored = {
      height,
      blockId,
      block: toBinary(BlockSchema, block),
      certificate: toBinary(
        CommitCertificateSchema,
        create(CommitCertificateSchema, {
          height,
          blockId,
          signatures: [{
            validator: RICH.publicKey,
            signature: new Uint8Array(64),
          }],
        }),
      ),
    };
    this.#blocks.push(stored);
    const transactions = envelopes.length;
    for (const notify of this.#decided) notify({ stored, transactions });
    this.#execute(height, envelopes);
    for (const notify of this.#executed) notify(height, 0);
  }

  #execute(height: bigint, envelopes: Uint8Array[]): void {
    const ids = new Uint8Array(envelopes.length * 32);
    const receipts: number[] = [];
    envelopes.forEach((envelope, index) => {
      const id = this.#idOf(envelope);
      ids.set(id, index * 32);
      this.#positions.set(id.toHex(), { height, index });
      const code = this.#apply(envelope);
      const receipt = toBinary(
        ReceiptSchema,
        create(ReceiptSchema, {
          transactionId: id,
          code,
          charged: code !== 0,
          gasUsed: 1_200n,
          fee: 1_200n,
        }),
      );
      const length = new Uint8Array(Uint32Array.of(receipt.length).buffer);
      receipts.push(...length, ...receipt);
    });
    this.#results.push({
      height,
      stateRoot: this.#rootNow(),
      receiptsRoot: new Uint8Array(32),
      messagesRoot: new Uint8Array(32),
      gasUsed: BigInt(envelopes.length) * 1_200n,
      transactionIds: ids,
      receipts: Uint8Array.from(receipts),
    });
  }

  #apply(envelope: Uint8Array): number {
    const body = fromBinary(TransactionBodySchema, envelope.subarray(HEAD));
    const sender = this.#account(envelope.subarray(0, 32));
    if ((sender.lanes.get(body.lane) ?? 0n) !== body.nonce) {
      return ErrorCode.NONCE_USED;
    }
    sender.lanes.set(body.lane, body.nonce + 1n);
    for (const { kind } of body.actions) {
      if (kind.case !== "transfer") continue;
      if (sender.balance < kind.value.amount) {
        return ErrorCode.INSUFFICIENT_BALANCE;
      }
      sender.balance -= kind.value.amount;
      this.#account(kind.value.to).balance += kind.value.amount;
    }
    return 0;
  }

  #account(address: Uint8Array): Account {
    const key = address.toHex();
    const account = this.#accounts.get(key) ??
      { balance: 0n, lanes: new Map<number, bigint>() };
    this.#accounts.set(key, account);
    return account;
  }

  #makeBatch(
    envelopes: Uint8Array[],
    height: bigint,
  ): Uint8Array | undefined {
    if (envelopes.length === 0) return undefined;
    const payload = payloadOf(envelopes);
    const header = create(BatchHeaderSchema, {
      author: RICH.publicKey,
      sequence: height,
      transactionCount: envelopes.length,
      payloadBytes: payload.length,
    });
    const digest = hashOf(0x12, toBinary(BatchHeaderSchema, header));
    this.#batches.set(
      digest.toHex(),
      toBinary(BatchSchema, create(BatchSchema, { header, payload })),
    );
    return digest;
  }

  #idOf(envelope: Uint8Array): Uint8Array {
    return hashOf(
      0x10,
      this.genesisHash,
      envelope.subarray(0, 32),
      envelope.subarray(HEAD),
    );
  }

  #rootNow(): Uint8Array {
    const text = [...this.#accounts].map(([key, { balance, lanes }]) =>
      `${key}${balance}${[...lanes]}`
    );
    return hashOf(0x01, new TextEncoder().encode(text.join()));
  }

  #rootOf(height: bigint): Uint8Array {
    return this.#results[Number(height) - 1]?.stateRoot ??
      hashOf(0x01, new Uint8Array());
  }

  #encodedAccount(address: Uint8Array): Uint8Array | undefined {
    const account = this.#accounts.get(address.toHex());
    return account && toBinary(
      AccountSchema,
      create(AccountSchema, {
        balance: account.balance,
        lanes: [...account.lanes].map(([lane, nonce]) => ({ lane, nonce })),
      }),
    );
  }

  #submit(envelopes: Uint8Array) {
    const ids: Uint8Array[] = [];
    const codes: number[] = [];
    for (let at = 0; at < envelopes.length;) {
      const view = new DataView(envelopes.buffer, envelopes.byteOffset);
      const end = at + HEAD + view.getUint32(at + 96, true);
      const envelope = envelopes.slice(at, end);
      ids.push(this.#idOf(envelope));
      codes.push(this.#admit(envelope));
      at = end;
    }
    if (this.eager) queueMicrotask(() => this.produce());
    return {
      ids: Uint8Array.from(ids.flatMap((id) => [...id])),
      codes: Uint32Array.from(codes),
    };
  }

  #admit(envelope: Uint8Array): number {
    try {
      const body = fromBinary(TransactionBodySchema, envelope.subarray(HEAD));
      const tag = new DataView(this.genesisHash.buffer).getUint32(0, true);
      if (body.chainTag !== tag) return ErrorCode.WRONG_CHAIN;
    } catch {
      return ErrorCode.BODY_NOT_CANONICAL;
    }
    const code = this.refuse(envelope);
    if (code === 0) this.#pending.push(envelope);
    return code;
  }

  #makeBackend(): GatewayBackend {
    const later = <T>(value: T) => Promise.resolve(value);
    return {
      store: {
        tip: () => later(this.height),
        block: (height) => later(this.#blocks[Number(height) - 1]),
        batch: (digest) => later(this.#batches.get(digest.toHex())),
        result: (height) => later(this.#results[Number(height) - 1]),
        transaction: (id) => later(this.#positions.get(id.toHex())),
        offences: () => later(this.#offences),
      },
      executor: {
        height: () => later(this.height),
        roots: () =>
          later({
            height: this.height,
            stateRoot: this.#rootNow(),
            receiptsRoot: new Uint8Array(32),
            messagesRoot: new Uint8Array(32),
            gasUsed: 0n,
          }),
        submit: (envelopes) => later(this.#submit(envelopes)),
        signatureBackend: () => later(this.signatureBackend),
        pending: () => {
          const { length } = this.#pending;
          return later({
            ...{ transactions: length, takeable: length, bytes: 0 },
            taken: this.#positions.size,
          });
        },
        account: (address) =>
          later({
            height: this.height,
            account: this.#encodedAccount(address),
          }),
        prove: (address) =>
          later({
            height: this.height,
            account: this.#encodedAccount(address),
            stateRoot: this.#rootNow(),
            proof: toBinary(StateProofSchema, create(StateProofSchema)),
          }),
      },
      chain: {
        status: () => later({ peers: 0, syncing: false }),
        peers: () => later(TEST_PEERS),
        metrics: () => later(TEST_PEERS.metrics),
        onDecided: (callback) => void this.#decided.push(callback),
        onExecuted: (callback) => void this.#executed.push(callback),
      },
    };
  }
}

/** The slot of an envelope's sender. */
function slotOf(envelope: Uint8Array): number {
  return hashOf(0x09, envelope.subarray(0, 32))[0] ?? 0;
}

/** The layout of proto/rustorium/v1/batch.proto. */
function payloadOf(sorted: Uint8Array[]): Uint8Array {
  const slots = new Map<number, { count: number; start: number }>();
  let area = 0;
  for (const envelope of sorted) {
    const entry = slots.get(slotOf(envelope)) ?? { count: 0, start: area };
    slots.set(slotOf(envelope), { ...entry, count: entry.count + 1 });
    area += envelope.length;
  }
  const table = new DataView(new ArrayBuffer(2 + slots.size * 9));
  table.setUint16(0, slots.size, true);
  [...slots].forEach(([slot, { count, start }], index) => {
    table.setUint8(2 + index * 9, slot);
    table.setUint32(3 + index * 9, count, true);
    table.setUint32(7 + index * 9, start, true);
  });
  const head = new Uint8Array(table.buffer);
  return Uint8Array.from([head, ...sorted].flatMap((bytes) => [...bytes]));
}

function recordOf(evidence: Evidence, block: bigint): OffenceRecord {
  const { validator, kind, height, round } = offenceOf(evidence)!;
  return { validator, count: 1, latest: [{ kind, height, round, block }] };
}
