/** A chain of one validator with many accounts, and signed transfers between them, for the benchmarks. */
import { create, toBinary } from "@bufbuild/protobuf";
import { sign } from "node:crypto";
import { join } from "../src/bytes/mod.ts";
import { genesisWithCrowd, planGenesis } from "../src/cli/home/mod.ts";
import { createCore, loadCoreModule } from "../src/core/mod.ts";
import { MemoryArchive } from "../src/execution/fixtures.ts";
import { type Executor, loadExecutor } from "../src/execution/mod.ts";
import type { BatchDraft, BlockInput } from "../src/execution/types.ts";
import {
  BatchHeaderSchema,
  BatchSchema,
} from "../src/proto/gen/rustorium/v1/batch_pb.ts";
import { HeaderSchema } from "../src/proto/gen/rustorium/v1/block_pb.ts";
import { TransactionBodySchema } from "../src/proto/gen/rustorium/v1/transaction_pb.ts";
import { seededRandom } from "../src/platform/mod.ts";
import { keyOf } from "./fixtures.ts";

export const module = await loadCoreModule();
export const core = createCore(module);

const VALIDATOR = new Uint8Array(32).fill(9);
const BALANCE = 10n ** 12n;
const AMOUNT = 1n;
/** Transfers are valid that long. */
const HEIGHTS = 100_000n;
const ADDRESS_BYTES = 32;
/** Sets the accounts that sign apart from each other. */
const SEED = new Uint8Array(32).fill(5);

/** A chain whose first `senders` accounts sign; nobody has the keys of the others. */
export class BenchChain {
  readonly #genesis: Uint8Array<ArrayBuffer>;
  readonly genesisHash: Uint8Array<ArrayBuffer>;
  /** What the executors take batches from. */
  readonly archive = new MemoryArchive();
  readonly #addresses: Uint8Array;
  readonly #keys;
  readonly #nonces: Uint32Array;
  readonly #random = seededRandom("transfers");
  #next = 0;

  constructor({ accounts, senders }: { accounts: number; senders: number }) {
    this.#keys = Array.from({ length: senders }, (_, n) => {
      const seed = SEED.slice();
      new DataView(seed.buffer).setUint32(0, n);
      return keyOf(seed);
    });
    this.#nonces = new Uint32Array(senders);
    this.#addresses = new Uint8Array(accounts * ADDRESS_BYTES);
    for (let at = 0; at < this.#addresses.length; at += 1 << 16) {
      crypto.getRandomValues(this.#addresses.subarray(at, at + (1 << 16)));
    }
    this.#keys.forEach(({ address }, n) =>
      this.#addresses.set(address, n * ADDRESS_BYTES)
    );
    const publicKey = core.publicKeyOf(VALIDATOR);
    const plan = planGenesis({
      chainId: "bench",
      timeMs: 1_700_000_000_000,
      validators: [{ publicKey, power: 10n }],
      accounts: [],
    });
    this.#genesis = genesisWithCrowd(plan, {
      ...{ addresses: this.#addresses, balance: BALANCE },
    });
    this.genesisHash = new Uint8Array(core.genesisHash(this.#genesis));
  }

  /** At the genesis. */
  open(): Promise<Executor> {
    const { archive } = this;
    return loadExecutor({ core: module, genesis: this.#genesis, archive });
  }

  /** Concatenated envelopes: the senders in turn, with nonces that go on, to anybody. */
  transfers(count: number): Uint8Array {
    const parts: Uint8Array[] = [];
    const { length } = this.#keys;
    const accounts = this.#addresses.length / ADDRESS_BYTES;
    for (let n = 0; n < count; n++) {
      const sender = this.#next++ % length;
      const to = this.#random.integer(accounts) * ADDRESS_BYTES;
      const recipient = this.#addresses.subarray(to, to + ADDRESS_BYTES);
      parts.push(this.#envelope(sender, recipient));
    }
    return join(parts);
  }

  /** The signed batch of a draft. */
  batchOf(draft: BatchDraft): Uint8Array {
    const header = create(BatchHeaderSchema, {
      author: core.publicKeyOf(VALIDATOR),
      sequence: 1n,
      transactionsRoot: draft.transactionsRoot,
      payloadRoot: draft.payloadRoot,
      payloadBytes: draft.payload.length,
      transactionCount: draft.transactionCount,
      validUntil: HEIGHTS,
    });
    const digest = core.batchDigest(toBinary(BatchHeaderSchema, header));
    const signBytes = core.batchSignBytes(this.genesisHash, digest);
    const signature = core.signWith(VALIDATOR, signBytes);
    const batch = { header, signature, payload: draft.payload };
    return toBinary(BatchSchema, create(BatchSchema, batch));
  }

  #envelope(sender: number, to: Uint8Array): Uint8Array {
    const { key, address } = this.#keys[sender]!;
    const tag = new DataView(this.genesisHash.buffer).getUint32(0, true);
    const body = toBinary(
      TransactionBodySchema,
      create(TransactionBodySchema, {
        chainTag: tag,
        nonce: BigInt(this.#nonces[sender]!++),
        validUntil: HEIGHTS,
        gasLimit: 10_000n,
        maxFee: 100n,
        actions: [{
          kind: { case: "transfer", value: { to, amount: AMOUNT } },
        }],
      }),
    );
    const id = core.transactionId(this.genesisHash, address, body);
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, body.length, true);
    const signature = sign(null, core.transactionSignBytes(id), key);
    return join([address, signature, length, body]);
  }
}

/** The block of the batches with these digests at a height. */
export function blockOf(height: bigint, batches: Uint8Array[]): BlockInput {
  const hash = new Uint8Array(32);
  const header = create(HeaderSchema, {
    ...{ protocolVersion: 1, chainId: "bench", height, timeMs: height },
    ...{ parent: hash, proposer: hash, validatorsHash: hash },
    ...{ nextValidatorsHash: hash, parametersHash: hash },
    ...{ lastCertificateHash: hash, evidenceHash: hash, batchRoot: hash },
    ...{ stateRoot: hash, receiptsRoot: hash, messagesRoot: hash },
    baseFee: 1n,
  });
  return { height, header: toBinary(HeaderSchema, header), batches };
}
