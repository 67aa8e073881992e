import { create, toBinary } from "@bufbuild/protobuf";
import { BATCH_VALID_BLOCKS, type CoreExports } from "../../core/mod.ts";
import type { BatchDraft, Executor } from "../../execution/types.ts";
import type { Signer } from "../../platform/types.ts";
import {
  BatchHeaderSchema,
  BatchSchema,
} from "../../proto/gen/rustorium/v1/batch_pb.ts";
import type { Parameters } from "../../proto/gen/rustorium/v1/state_pb.ts";
import type { Journal } from "../journal.ts";
import type { BatchPool } from "./pool.ts";
import type { Storing } from "./storing.ts";

export interface AuthorOptions {
  core: CoreExports;
  signer: Signer;
  /** The own address. */
  address: Uint8Array;
  genesisHash: Uint8Array;
  parameters: Pick<Parameters, "batchBytesMax">;
  storing: Storing;
  executor: Executor;
  journal: Journal;
  pool: BatchPool;
  /** What batches are made of at a height. */
  buckets: (height: bigint) => Uint8Array;
  batchTransactionsMax: number;
}

export interface OwnBatch {
  digest: Uint8Array;
  /** Encoding of `rustorium.v1.Batch`. */
  batch: Uint8Array;
  /** Resolves when it is durable. */
  stored: Promise<void>;
}

/** Makes batches of what waits in the own mempool, in the own buckets. */
export class Author {
  readonly #options: AuthorOptions;
  #sequence: bigint;

  constructor(options: AuthorOptions) {
    this.#options = options;
    this.#sequence = options.journal.batchSequence;
  }

  /** The next batch for blocks from `height` on, in the pool and on its way to the disk; undefined when nothing waits. */
  async next(height: bigint): Promise<OwnBatch | undefined> {
    const { executor, parameters, batchTransactionsMax, buckets } =
      this.#options;
    const draft = await executor.assemble({
      height,
      buckets: buckets(height),
      bytes: parameters.batchBytesMax,
      transactions: batchTransactionsMax,
    });
    return draft && await this.#sign(draft, height);
  }

  async #sign(draft: BatchDraft, height: bigint): Promise<OwnBatch> {
    const {
      core,
      signer,
      address,
      genesisHash,
      journal,
      storing,
      pool,
      executor,
    } = this.#options;
    const { payload, payloadRoot, transactionsRoot, transactionCount } = draft;
    const sequence = ++this.#sequence;
    const header = create(BatchHeaderSchema, {
      author: address,
      sequence,
      transactionsRoot,
      payloadRoot,
      payloadBytes: payload.length,
      transactionCount,
      validUntil: height + BATCH_VALID_BLOCKS,
    });
    const digest = core.batchDigest(toBinary(BatchHeaderSchema, header));
    const signature = await signer.sign(
      core.batchSignBytes(genesisHash, digest),
    );
    journal.addBatch(sequence);
    const batch = toBinary(
      BatchSchema,
      create(BatchSchema, { header, signature, payload }),
    );
    const stored = storing.put(digest, batch);
    // Where the name does not arrive the batch is read from the store.
    executor.named(payloadRoot, digest, header.validUntil)
      .catch(() => undefined);
    pool.add(digest, header, height, payload);
    pool.hold(digest, address);
    return { digest, batch, stored };
  }
}
