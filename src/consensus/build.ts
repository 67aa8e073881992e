import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { CoreExports } from "../core/mod.ts";
import type { BatchDraft, Executor } from "../execution/types.ts";
import type { Clock, Signer } from "../platform/types.ts";
import {
  BatchHeaderSchema,
  BatchSchema,
} from "../proto/gen/rustorium/v1/batch_pb.ts";
import { BlockSchema } from "../proto/gen/rustorium/v1/block_pb.ts";
import {
  CommitCertificateSchema,
  type Evidence,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";
import type { Store } from "../storage/types.ts";
import type { Execution } from "./execution.ts";
import type { Journal } from "./journal.ts";
import { EXECUTION_LAG, type HeaderRules, type Tip } from "./rules.ts";

/** Heights for which a batch may be named by a block. */
const BATCH_VALID_BLOCKS = 20n;

export interface BuilderOptions {
  core: CoreExports;
  clock: Clock;
  signer: Signer;
  /** The own address. */
  address: Uint8Array;
  genesisHash: Uint8Array;
  rules: HeaderRules;
  store: Store;
  executor: Executor;
  execution: Execution;
  journal: Journal;
  batchTransactionsMax: number;
}

export interface BuiltBlock {
  blockId: Uint8Array;
  /** Encoding of `rustorium.v1.Block`. */
  block: Uint8Array;
}

interface OwnBatch {
  digest: Uint8Array;
  payload: Uint8Array;
}

/** Makes blocks out of what waits in the mempool. */
export class Builder {
  readonly #options: BuilderOptions;
  #sequence: bigint;
  /** Made for the present height and not decided yet. */
  #open: OwnBatch[] = [];

  constructor(options: BuilderOptions) {
    this.#options = options;
    this.#sequence = options.journal.batchSequence;
  }

  /** The block after `tip`. Its batches are durable when it resolves. */
  async build(tip: Tip, evidence: readonly Evidence[]): Promise<BuiltBlock> {
    const { rules, execution, core, clock, address } = this.#options;
    const height = tip.height + 1n;
    const lagged = height > EXECUTION_LAG ? height - EXECUTION_LAG : 0n;
    const results = await execution.roots(lagged);
    const batches = await this.#batches(height);
    const now = BigInt(clock.now());
    const header = rules.header(tip, results, {
      timeMs: now > tip.timeMs ? now : tip.timeMs + 1n,
      proposer: address,
      batches,
      evidence,
    });
    const block = toBinary(
      BlockSchema,
      create(BlockSchema, {
        header,
        lastCertificate: tip.height === 0n
          ? undefined
          : fromBinary(CommitCertificateSchema, tip.certificate),
        evidence: [...evidence],
        batches,
      }),
    );
    const { blockBatchesMax } = rules.parameters;
    return { blockId: core.checkBlock(block, blockBatchesMax), block };
  }

  /** A block with these batches is decided: the transactions of others wait again. */
  async settle(digests: readonly Uint8Array[]): Promise<void> {
    const decided = new Set(digests.map((digest) => digest.toHex()));
    const lost = this.#open.filter(({ digest }) =>
      !decided.has(digest.toHex())
    );
    this.#open = [];
    for (const { payload } of lost) {
      await this.#options.executor.release(payload);
    }
  }

  async #batches(height: bigint): Promise<Uint8Array[]> {
    const { executor, rules, batchTransactionsMax } = this.#options;
    const { blockBatchesMax, batchBytesMax } = rules.parameters;
    const digests: Uint8Array[] = [];
    while (digests.length < blockBatchesMax) {
      const draft = await executor.assemble({
        height,
        bytes: batchBytesMax,
        transactions: batchTransactionsMax,
      });
      if (!draft) break;
      digests.push(await this.#sign(draft, height));
    }
    return digests;
  }

  /** Makes a draft a batch of ours; gives its digest. */
  async #sign(draft: BatchDraft, height: bigint): Promise<Uint8Array> {
    const { core, signer, address, genesisHash, journal, store } =
      this.#options;
    const { payload, payloadHash, transactionsRoot, transactionCount } = draft;
    const sequence = ++this.#sequence;
    const header = create(BatchHeaderSchema, {
      author: address,
      sequence,
      transactionsRoot,
      payloadHash,
      payloadBytes: payload.length,
      transactionCount,
      validUntil: height + BATCH_VALID_BLOCKS,
    });
    const digest = core.batchDigest(toBinary(BatchHeaderSchema, header));
    const signature = await signer.sign(
      core.batchSignBytes(genesisHash, digest),
    );
    journal.addBatch(sequence);
    const batch = create(BatchSchema, { header, signature, payload });
    await store.putBatch(digest, toBinary(BatchSchema, batch));
    this.#open.push({ digest, payload });
    return digest;
  }
}
