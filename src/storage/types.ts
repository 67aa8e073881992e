/** What the node keeps. Implemented by one writer; readers may be elsewhere. */
import type { Archive, BlockResult, Pages, Roots } from "../execution/types.ts";
import type { Offence } from "../offence/mod.ts";

export interface StoredBlock {
  height: bigint;
  blockId: Uint8Array;
  /** Encoding of `rustorium.v1.Block`. */
  block: Uint8Array;
  /** Encoding of the `rustorium.v1.CommitCertificate` for this block. */
  certificate: Uint8Array;
}

export interface Checkpoint {
  height: bigint;
  stateRoot: Uint8Array;
  pages(): Pages;
}

/** Where a transaction is: its block, and its index in the block's order. */
export interface TransactionPosition {
  height: bigint;
  index: number;
}

/** One offence of a validator that a block records. */
export interface RecordedOffence
  extends Pick<Offence, "kind" | "height" | "round"> {
  /** The height of the block that holds the evidence. */
  block: bigint;
}

/** What the blocks say of one validator. */
export interface OffenceRecord {
  /** Its address. */
  validator: Uint8Array;
  /** Of all its offences. */
  count: number;
  /** The latest, oldest first. */
  latest: RecordedOffence[];
}

export interface Store extends Archive {
  /** Encoding of `rustorium.v1.Genesis`; undefined in an empty store. */
  genesis(): Promise<Uint8Array | undefined>;
  /** First use of an empty store. Fails if it holds another chain. */
  initialise(genesis: Uint8Array, genesisHash: Uint8Array): Promise<void>;

  /**
   * Durable when it resolves. `batch` is the encoding of `rustorium.v1.Batch`.
   * One that a block has named may come again for as long as the store keeps
   * those that no block names, not later.
   */
  putBatch(digest: Uint8Array, batch: Uint8Array): Promise<void>;
  /** Whether a batch is stored; it is kept then for as long as one stored now. */
  keepBatch(digest: Uint8Array): Promise<boolean>;

  /** The last decided height, 0 in a new chain. */
  tip(): Promise<bigint>;
  /** Makes a height real: chunks first, then one small commit with the marker. Heights come in order. Idempotent. */
  commitBlock(
    block: StoredBlock,
    batches: readonly Uint8Array[],
  ): Promise<void>;
  block(height: bigint): Promise<StoredBlock | undefined>;

  /** The validators against whom a block holds evidence. */
  offences(): Promise<OffenceRecord[]>;

  result(height: bigint): Promise<BlockResult | undefined>;
  /** What headers carry of the result, without moving the rest. */
  roots(height: bigint): Promise<Roots | undefined>;
  /** The earliest executed (charged or successful) occurrence, else the last one. */
  transaction(id: Uint8Array): Promise<TransactionPosition | undefined>;

  checkpoint(): Promise<Checkpoint | undefined>;

  close(): Promise<void>;
}
