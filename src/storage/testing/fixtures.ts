/** Blocks, results and pages for the tests of this folder. */
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { create, toBinary } from "@bufbuild/protobuf";
import type { BlockResult, Page } from "../../execution/types.ts";
import { type Random, seededRandom, sha256 } from "../../platform/mod.ts";
import { BlockSchema } from "../../proto/gen/rustorium/v1/block_pb.ts";
import { ReceiptSchema } from "../../proto/gen/rustorium/v1/receipt_pb.ts";
import { join, u32 } from "../../bytes/mod.ts";
import type { StoredBlock } from "../types.ts";

const encoder = new TextEncoder();

/** 32 bytes that a label names. */
export function hashOf(label: string): Uint8Array<ArrayBuffer> {
  return sha256(encoder.encode(label));
}

export function randomBytes(
  label: string,
  length: number,
): Uint8Array<ArrayBuffer> {
  return seededRandom(label).bytes(length);
}

export function testBlock(height: bigint, digests: Uint8Array[]): StoredBlock {
  const certificate = encoder.encode(`certificate of ${height}`);
  const header = { height, chainId: "test" };
  const block = toBinary(
    BlockSchema,
    create(BlockSchema, { header, batches: digests }),
  );
  return { height, blockId: hashOf(`block ${height}`), block, certificate };
}

export interface TestTransaction {
  id: Uint8Array;
  code: number;
  charged: boolean;
}

export function testResult(
  height: bigint,
  transactions: TestTransaction[],
): BlockResult {
  const receipts = transactions.map(({ id, code, charged }) =>
    toBinary(
      ReceiptSchema,
      create(ReceiptSchema, {
        transactionId: id,
        code,
        charged,
        gasUsed: 1000n,
        fee: 2000n,
      }),
    )
  );
  return {
    height,
    stateRoot: hashOf(`state ${height}`),
    receiptsRoot: hashOf(`receipts ${height}`),
    messagesRoot: hashOf(`messages ${height}`),
    gasUsed: height * 10n,
    transactionIds: join(transactions.map(({ id }) => id)),
    receipts: join(
      receipts.flatMap((receipt) => [u32(receipt.length), receipt]),
    ),
  };
}

/** `count` transactions that succeed, with ids of their own. */
export function transactionsOf(
  label: string,
  count: number,
): TestTransaction[] {
  const ids = randomBytes(label, count * 32);
  return Array.from({ length: count }, (_, n) => ({
    id: ids.slice(n * 32, n * 32 + 32),
    code: 0,
    charged: true,
  }));
}

export async function* pagesOf(pages: Iterable<Page>): AsyncGenerator<Page> {
  for (const page of pages) yield await Promise.resolve(page);
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Pages as a map, for comparison. */
export function byName(pages: Iterable<Page>): Record<string, string> {
  return Object.fromEntries(
    [...pages].map((
      { slot, id, bytes },
    ) => [`${slot}/${id.toHex()}`, bytes.toHex()]),
  );
}

export function randomPage(random: Random): Page {
  const length = random.integer(4) === 0 ? 0 : random.integer(3000) + 1;
  return {
    slot: random.integer(4),
    id: Uint8Array.of(random.integer(8)),
    bytes: random.bytes(length),
  };
}

/** Like `deepEqual`, without the difference, which takes minutes for large values. */
export function same(actual: unknown, expected: unknown): void {
  assert.ok(isDeepStrictEqual(actual, expected), "not what was written");
}
