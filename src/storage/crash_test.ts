/**
 * The machine stops at every commit of a scripted run, with and without a torn
 * one. Whatever was acknowledged must be there at the next start, nothing must
 * be there in part, and the same run again must end as if nothing had happened.
 */
import assert from "node:assert/strict";
import type { Page } from "../execution/types.ts";
import {
  collectingLog,
  faultyKv,
  type Kv,
  type KvFaultPlan,
  MemoryDisk,
  seededRandom,
} from "../platform/mod.ts";
import {
  byName,
  collect,
  core,
  GENESIS,
  hashOf,
  pagesOf,
  randomBytes,
  randomPage,
  same,
  testBatch,
  testBlock,
  testResult,
  transactionsOf,
  transactionsWith,
} from "./testing/fixtures.ts";
import { openStore } from "./store.ts";
import type { Store } from "./types.ts";

const HEIGHTS = 10;
const CHECKPOINT_EVERY = 3;
const GENESIS_BYTES = randomBytes("genesis", 100_000);

function memoized<T>(make: (height: number) => T): (height: number) => T {
  const made = new Map<number, T>();
  return (height) => {
    const value = made.get(height) ?? make(height);
    made.set(height, value);
    return value;
  };
}

const digestOf = (height: number) => hashOf(`digest ${height}`);
/** Even heights hold transactions, whose ids need not be stored. */
const transactionsAt = memoized((height) => testBatch(`batch ${height}`, 60));
const batchOf = memoized((height) =>
  height % 2 === 0
    ? transactionsAt(height).batch
    : randomBytes(`batch ${height}`, height === 5 ? 900_000 : 5_000)
);
const blockOf = memoized((height) => {
  const block = testBlock(BigInt(height), [digestOf(height)]);
  const certificate = randomBytes(`certificate ${height}`, 900_000);
  return height === 7 ? { ...block, certificate } : block;
});
const resultOf = memoized((height) =>
  testResult(
    BigInt(height),
    height % 2 === 0
      ? transactionsWith(transactionsAt(height).ids)
      : transactionsOf(`tx ${height}`, 60),
  )
);

/** The pages that changed up to a height since the last checkpoint. */
const changesAt = memoized((height): Page[] => {
  const random = seededRandom(`pages ${height}`);
  const changes = new Map<string, Page>();
  for (let n = 0; n < 25; n++) {
    const page = randomPage(random);
    changes.set(`${page.slot}/${page.id.toHex()}`, page);
  }
  return [...changes.values()];
});

/** All pages after the checkpoint at a height. */
function stateAt(height: number): Record<string, string> {
  const state: Record<string, string> = {};
  for (let at = CHECKPOINT_EVERY; at <= height; at += CHECKPOINT_EVERY) {
    Object.assign(state, byName(changesAt(at)));
  }
  return Object.fromEntries(
    Object.entries(state).filter(([, bytes]) => bytes !== ""),
  );
}

/** What the run was told is durable. */
interface Acknowledged {
  batches: number;
  blocks: number;
  results: number;
  checkpoint: number;
}

/** The last height whose result was taken: durable with whatever is committed later. */
let taken = 0;

const open = (kv: Kv) =>
  openStore(kv, {
    core,
    log: collectingLog(),
    cacheBytesMax: 100_000,
    index: { pendingHeightsMax: 2, fanout: 2 },
  });

/** Does what the node does, from wherever the store is. */
async function run(store: Store, acknowledged: Acknowledged): Promise<void> {
  await store.initialise(GENESIS_BYTES, hashOf(GENESIS));
  const executedFrom = Number((await store.checkpoint())?.height ?? 0n) + 1;
  const tip = Number(await store.tip());
  let executing: Promise<void> = Promise.resolve();
  for (
    let height = Math.min(executedFrom, tip + 1);
    height <= HEIGHTS;
    height++
  ) {
    if (height > tip) {
      const before = taken;
      await store.putBatch(digestOf(height), batchOf(height));
      acknowledged.batches = Math.max(acknowledged.batches, height);
      await store.commitBlock(blockOf(height), [batchOf(height)]);
      acknowledged.blocks = Math.max(acknowledged.blocks, height);
      acknowledged.results = Math.max(acknowledged.results, before);
    }
    // As in the node, results are written while the next height is decided.
    await executing;
    executing = execute(store, height, acknowledged);
    executing.catch(() => undefined);
  }
  await executing;
}

async function execute(
  store: Store,
  height: number,
  acknowledged: Acknowledged,
): Promise<void> {
  await store.putResult(resultOf(height));
  taken = height;
  if (height % CHECKPOINT_EVERY !== 0) return;
  await store.putCheckpoint(
    BigInt(height),
    hashOf(`state ${height}`),
    pagesOf(changesAt(height)),
  );
  acknowledged.checkpoint = Math.max(acknowledged.checkpoint, height);
  acknowledged.results = Math.max(acknowledged.results, height);
}

async function checkWhole(
  store: Store,
  acknowledged: Acknowledged,
): Promise<void> {
  const tip = Number(await store.tip());
  assert.ok(
    tip >= acknowledged.blocks,
    `tip ${tip}, acknowledged ${acknowledged.blocks}`,
  );
  for (let height = 1; height <= HEIGHTS; height++) {
    const batch = await store.batch(digestOf(height));
    if (batch || height <= acknowledged.batches) same(batch, batchOf(height));
    const block = await store.block(BigInt(height));
    same(block, height <= tip ? blockOf(height) : undefined);
  }
  await checkResults(store, acknowledged);
  const checkpoint = await store.checkpoint();
  const height = Number(checkpoint?.height ?? 0n);
  assert.ok(height >= acknowledged.checkpoint);
  const pages = checkpoint ? await collect(checkpoint.pages()) : [];
  same(byName(pages.flat()), stateAt(height));
}

async function checkResults(
  store: Store,
  acknowledged: Acknowledged,
): Promise<void> {
  for (let height = 1; height <= HEIGHTS; height++) {
    const [stored, expected] = [
      await store.result(BigInt(height)),
      resultOf(height),
    ];
    if (height <= acknowledged.results) assert.ok(stored, `result ${height}`);
    if (stored) same(stored, expected);
    const id = expected.transactionIds.slice(5 * 32, 6 * 32);
    const position = stored && { height: BigInt(height), index: 5 };
    same(await store.transaction(id), position);
  }
}

/** Runs until the machine stops, checks what is left, then lets the run end. False when it did not stop. */
async function stopAndGoOn(plan: KvFaultPlan): Promise<boolean> {
  const disk = new MemoryDisk();
  const acknowledged = { batches: 0, blocks: 0, results: 0, checkpoint: 0 };
  let stopped = false;
  taken = 0;
  try {
    await run(await open(faultyKv(disk.open(), plan)), acknowledged);
  } catch {
    stopped = true;
  }
  const left = await open(disk.copy().open());
  await checkWhole(left, acknowledged);
  await left.close();
  const again = await open(disk.open());
  await run(again, acknowledged);
  await checkWhole(again, {
    batches: HEIGHTS,
    blocks: HEIGHTS,
    results: HEIGHTS,
    checkpoint: 9,
  });
  await again.close();
  return stopped;
}

Deno.test("a machine that stops at any commit loses nothing it acknowledged and shows nothing in part", async () => {
  let commits = 0;
  while (await stopAndGoOn({ seed: 0, stopAfterCommits: commits })) commits++;
  assert.ok(commits > 30, `${commits} commits`);
});

Deno.test("the same when a commit is torn", async () => {
  for (let seed = 0; seed < 60; seed++) {
    await stopAndGoOn({ seed, tearRate: 0.08 });
  }
});

Deno.test("the same when commits are rejected or the disk is full", async () => {
  for (let seed = 0; seed < 20; seed++) {
    await stopAndGoOn({ seed, rejectRate: 0.03 });
    await stopAndGoOn({ seed, fullAfterBytes: 50_000 + seed * 100_000 });
  }
});
