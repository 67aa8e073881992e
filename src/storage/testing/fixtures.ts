/** Blocks, results and pages for the tests of this folder. */
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { create, toBinary } from "@bufbuild/protobuf";
import { createCore, loadCoreModule } from "../../core/mod.ts";
import type { BlockResult, Page } from "../../execution/types.ts";
import { type Random, seededRandom, sha256 } from "../../platform/mod.ts";
import { BatchSchema } from "../../proto/gen/rustorium/v1/batch_pb.ts";
import { BlockSchema } from "../../proto/gen/rustorium/v1/block_pb.ts";
import { ReceiptSchema } from "../../proto/gen/rustorium/v1/receipt_pb.ts";
import { concat, join, u32 } from "../../bytes/mod.ts";
import type { StoredBlock } from "../types.ts";

/** The compiled core, and an instance. */
export const module = await loadCoreModule();
export const core = createCore(module);

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

/** A batch of `count` transactions, and their ids in its order. Signed by nobody: the store does not look. */
export function testBatch(
  label: string,
  count: number,
): { batch: Uint8Array; ids: Uint8Array } {
  const random = seededRandom(label);
  const bySlot = new Map<number, { sender: Uint8Array; body: Uint8Array }[]>();
  for (let n = 0; n < count; n++) {
    const [sender, body] = [random.bytes(32), random.bytes(55)];
    const slot = core.slotOf(sender);
    bySlot.set(slot, [...bySlot.get(slot) ?? [], { sender, body }]);
  }
  const slots = [...bySlot].sort(([a], [b]) => a - b);
  let offset = 0;
  const table = slots.map(([slot, { length }]) => {
    const entry = concat(Uint8Array.of(slot), u32(length), u32(offset));
    offset += length * (100 + 55);
    return entry;
  });
  const transactions = slots.flatMap(([, some]) => some);
  const area = transactions.flatMap((
    { sender, body },
  ) => [sender, new Uint8Array(64), u32(body.length), body]);
  const payload = join([u32(slots.length).slice(0, 2), ...table, ...area]);
  const hash = new Uint8Array(32);
  const batch = create(BatchSchema, {
    header: {
      author: hash,
      sequence: 1n,
      transactionsRoot: hash,
      payloadRoot: hash,
      payloadBytes: payload.length,
      transactionCount: count,
      validUntil: 9n,
    },
    signature: new Uint8Array(64),
    payload,
  });
  const ids = transactions.map(({ sender, body }) =>
    core.transactionId(hashOf(GENESIS), sender, body)
  );
  return { batch: toBinary(BatchSchema, batch), ids: join(ids) };
}

/** Its hash is that of the genesis that {@linkcode testBatch} is for. */
export const GENESIS = "genesis";

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
  return transactionsWith(randomBytes(label, count * 32));
}

/** Transactions that succeed, with these ids. */
export function transactionsWith(ids: Uint8Array): TestTransaction[] {
  return Array.from({ length: ids.length / 32 }, (_, n) => ({
    id: ids.slice(n * 32, n * 32 + 32),
    code: 0,
    charged: true,
  }));
}

export async function* pagesOf(pages: Iterable<Page>): AsyncGenerator<Page[]> {
  for (const page of pages) yield await Promise.resolve([page]);
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
