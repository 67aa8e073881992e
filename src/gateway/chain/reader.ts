import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { LRUCache } from "lru-cache";
import { BatchSchema } from "../../proto/gen/rustorium/v1/batch_pb.ts";
import type { BatchHeader } from "../../proto/gen/rustorium/v1/batch_pb.ts";
import {
  BlockSchema,
  type CertifiedBlock,
  CertifiedBlockSchema,
  type Header,
} from "../../proto/gen/rustorium/v1/block_pb.ts";
import { CommitCertificateSchema } from "../../proto/gen/rustorium/v1/consensus_pb.ts";
import { ReceiptSchema } from "../../proto/gen/rustorium/v1/receipt_pb.ts";
import type { Receipt } from "../../proto/gen/rustorium/v1/receipt_pb.ts";
import { ErrorCode, fault } from "../../errors/mod.ts";
import type { StoredBlock } from "../../storage/types.ts";
import type { GatewayBackend, NewBlock } from "../types.ts";

/** A final block, decoded. */
export interface BlockView {
  blockId: Uint8Array;
  header: Header;
  certified: CertifiedBlock;
  /** Of the encoding in the store. */
  bytes: number;
}

/** The results of a block, cut into its transactions. */
export interface ResultView {
  ids: Uint8Array;
  count: number;
  /** Encoding of `rustorium.v1.Receipt` of the transaction at `index`. */
  receiptBytes(index: number): Uint8Array;
  receipt(index: number): Receipt;
  allReceipts: Uint8Array;
  receiptLengths: Uint32Array;
}

const ID_BYTES = 32;
const OVERHEAD_BYTES = 1_024;
/** What a decoded block takes for each byte of its encoding: every digest and signature in it is an object. */
const DECODED_FACTOR = 8;

/** Decoded blocks and results, the recent ones from memory. */
export class ChainReader {
  readonly #store: GatewayBackend["store"];
  readonly #blocks: LRUCache<bigint, BlockView>;
  /** What nobody has asked for yet is not decoded. */
  readonly #fresh: LRUCache<bigint, StoredBlock>;
  readonly #results: LRUCache<bigint, ResultView>;
  readonly #counts = new LRUCache<bigint, number>({ max: 4_096 });

  constructor(store: GatewayBackend["store"], cacheBytesMax: number) {
    this.#store = store;
    // A thousand blocks and more, and what is large among the results.
    const eighth = Math.floor(cacheBytesMax / 8);
    this.#blocks = new LRUCache({
      maxSize: eighth,
      sizeCalculation: ({ bytes }) => bytes * DECODED_FACTOR + OVERHEAD_BYTES,
    });
    this.#fresh = new LRUCache({
      maxSize: eighth,
      sizeCalculation: (stored) => bytesOf(stored) + OVERHEAD_BYTES,
    });
    this.#results = new LRUCache({
      maxSize: 4 * eighth,
      sizeCalculation: ({ ids, allReceipts }) =>
        ids.length + allReceipts.length + OVERHEAD_BYTES,
    });
  }

  /** Remembers a block before anybody asks for it. */
  take({ stored, transactions }: NewBlock): void {
    this.#fresh.set(stored.height, stored);
    if (transactions !== undefined) {
      this.#counts.set(stored.height, transactions);
    }
  }

  async block(height: bigint): Promise<BlockView | undefined> {
    const cached = this.#blocks.get(height);
    if (cached) return cached;
    const stored = this.#fresh.get(height) ?? await this.#store.block(height);
    if (!stored) return undefined;
    const block = fromBinary(BlockSchema, stored.block);
    if (!block.header) throw fault(ErrorCode.STORAGE_CORRUPT, { height });
    const certificate = fromBinary(CommitCertificateSchema, stored.certificate);
    const view = {
      blockId: stored.blockId,
      header: block.header,
      certified: create(CertifiedBlockSchema, { block, certificate }),
      bytes: bytesOf(stored),
    };
    this.#fresh.delete(height);
    this.#blocks.set(height, view);
    return view;
  }

  /** Undefined while the block is not executed. */
  async result(height: bigint): Promise<ResultView | undefined> {
    const cached = this.#results.get(height);
    if (cached) return cached;
    const result = await this.#store.result(height);
    if (!result) return undefined;
    const view = cutResult(result.transactionIds, result.receipts);
    this.#results.set(height, view);
    this.#counts.set(height, view.count);
    return view;
  }

  /** How many transactions a block holds, executed or not. */
  async count(height: bigint, block: BlockView): Promise<number> {
    const known = this.#counts.get(height);
    if (known !== undefined) return known;
    let count = 0;
    for (const digest of block.certified.block?.batches ?? []) {
      count += (await this.batch(digest)).header.transactionCount;
    }
    this.#counts.set(height, count);
    return count;
  }

  /** A batch that a block names; the store keeps every one of them. */
  async batch(
    digest: Uint8Array,
  ): Promise<{ header: BatchHeader; payload: Uint8Array }> {
    const bytes = await this.#store.batch(digest);
    const batch = bytes && fromBinary(BatchSchema, bytes);
    if (!batch?.header) {
      throw fault(ErrorCode.STORAGE_CORRUPT, { batch: digest.toHex() });
    }
    return { header: batch.header, payload: batch.payload };
  }
}

function bytesOf({ block, certificate }: StoredBlock): number {
  return block.length + certificate.length;
}

/** Encoding of `rustorium.v1.CertifiedBlock`. */
export function certifiedBytes(block: BlockView): Uint8Array {
  return toBinary(CertifiedBlockSchema, block.certified);
}

function cutResult(ids: Uint8Array, receipts: Uint8Array): ResultView {
  const count = ids.length / ID_BYTES;
  const receiptLengths = new Uint32Array(count);
  const starts = new Uint32Array(count);
  const view = new DataView(
    receipts.buffer,
    receipts.byteOffset,
    receipts.byteLength,
  );
  let offset = 0;
  for (let index = 0; index < count; index++) {
    const length = view.getUint32(offset, true);
    receiptLengths[index] = length;
    starts[index] = offset + 4;
    offset += 4 + length;
  }
  const receiptBytes = (index: number) => {
    const start = starts[index] ?? 0;
    return receipts.subarray(start, start + (receiptLengths[index] ?? 0));
  };
  return {
    ids,
    count,
    allReceipts: receipts,
    receiptLengths,
    receiptBytes,
    receipt: (index) => fromBinary(ReceiptSchema, receiptBytes(index)),
  };
}
