import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
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
import type { GatewayBackend, NewBlock } from "../types.ts";
import { bytesOf, type ChainCache } from "./cache.ts";

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

/** Decoded blocks and results, the recent ones from memory. */
export class ChainReader {
  readonly #store: GatewayBackend["store"];
  readonly #cache: ChainCache;

  constructor(store: GatewayBackend["store"], cache: ChainCache) {
    this.#store = store;
    this.#cache = cache;
  }

  /** Remembers a block before anybody asks for it. */
  take({ stored, transactions }: NewBlock): void {
    this.#cache.fresh.set(stored.height, stored);
    if (transactions !== undefined) {
      this.#cache.counts.set(stored.height, transactions);
    }
  }

  async block(height: bigint): Promise<BlockView | undefined> {
    const cached = this.#cache.blocks.get(height);
    if (cached) return cached;
    const stored = this.#cache.fresh.get(height) ??
      await this.#store.block(height);
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
    this.#cache.fresh.delete(height);
    this.#cache.blocks.set(height, view);
    return view;
  }

  /** Undefined while the block is not executed. */
  async result(height: bigint): Promise<ResultView | undefined> {
    const cached = this.#cache.results.get(height);
    if (cached) return cached;
    const result = await this.#store.result(height);
    if (!result) return undefined;
    const view = cutResult(result.transactionIds, result.receipts);
    this.#cache.results.set(height, view);
    this.#cache.counts.set(height, view.count);
    return view;
  }

  /** How many transactions a block holds, executed or not. */
  async count(height: bigint, block: BlockView): Promise<number> {
    const known = this.#cache.counts.get(height);
    if (known !== undefined) return known;
    let count = 0;
    for (const digest of block.certified.block?.batches ?? []) {
      count += (await this.batch(digest)).header.transactionCount;
    }
    this.#cache.counts.set(height, count);
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
