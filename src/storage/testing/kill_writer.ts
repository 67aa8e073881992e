/** Run by kill_test.ts: writes to the store as fast as it can and says on stdout what is durable. */
import { collectingLog } from "../../platform/mod.ts";
import { GENESIS, hashOf, module, pagesOf } from "./fixtures.ts";
import {
  batchOf,
  blockOf,
  digestOf,
  pageOf,
  resultOf,
} from "./kill_fixtures.ts";
import { openStoreWorker } from "../mod.ts";

const CHECKPOINT_EVERY = 4n;

const [path = ""] = Deno.args;
const { store } = await openStoreWorker({
  path,
  core: module,
  log: collectingLog(),
});
await store.initialise(Uint8Array.of(1), hashOf(GENESIS));

/** The last height whose result was taken. */
let taken = 0n;

async function execute(height: bigint): Promise<void> {
  await store.putResult(resultOf(height));
  taken = height;
  if (height % CHECKPOINT_EVERY !== 0n) return;
  await store.putCheckpoint(
    height,
    hashOf(`${height}`),
    pagesOf([pageOf(height, 0), pageOf(height, 1)]),
  );
  console.log(`checkpoint ${height}`);
}

// As the node does after a restart: what may be missing since the checkpoint is executed again.
const checkpoint = await store.checkpoint();
const tip = await store.tip();
let executed = Promise.resolve();
for (let height = (checkpoint?.height ?? 0n) + 1n;; height++) {
  if (height > tip) {
    const before = taken;
    await store.putBatch(digestOf(height), batchOf(height));
    await store.commitBlock(blockOf(height), []);
    console.log(`block ${height}`);
    console.log(`result ${before}`);
  }
  await executed;
  executed = execute(height);
}
