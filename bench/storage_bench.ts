/** The store on a real disk, beside the same number of bytes in plain Deno KV. Every write waits for its fsync: these are times on the wall, most of which nobody works. */
import { collectingLog, openDenoKv } from "../src/platform/mod.ts";
import { openStore } from "../src/storage/mod.ts";
import {
  core,
  hashOf,
  pagesOf,
  randomBytes,
  testBlock,
  testResult,
  transactionsOf,
} from "../src/storage/testing/fixtures.ts";
import { reference } from "./fixtures.ts";

const home = await Deno.makeTempDir();
addEventListener("unload", () => Deno.removeSync(home, { recursive: true }));
const kv = await openDenoKv(`${home}/plain.kv`);
const store = await openStore(await openDenoKv(`${home}/store.kv`), {
  core,
  log: collectingLog(),
});

const RUNS = { n: 15, warmup: 3 };
const PART_BYTES = 60 * 1024;
const PARTS_PER_COMMIT = 13;
let count = 0;

/** As many full values as `bytes` needs, in as few commits as possible. */
async function plainWrite(bytes: Uint8Array): Promise<void> {
  const run = count++;
  for (let at = 0; at < bytes.length;) {
    const values: Uint8Array[] = [];
    while (values.length < PARTS_PER_COMMIT && at < bytes.length) {
      values.push(bytes.subarray(at, at += PART_BYTES));
    }
    await kv.commit(
      values.map((value, n) => ({
        type: "set",
        key: ["plain", run, at, n],
        value,
      })),
    );
  }
}

/** Of an envelope of a transfer. */
const TRANSFER_BYTES = 155;

for (const transfers of [26, 6_700]) {
  const batch = randomBytes("batch", transfers * TRANSFER_BYTES);
  const group = `put_batch/transfers=${transfers}`;
  reference(group);
  Deno.bench({
    name: `deno_kv::commit/transfers=${transfers}`,
    group,
    ...RUNS,
    fn: async () => await plainWrite(batch),
  });
  Deno.bench({
    name: `storage::put_batch/transfers=${transfers}`,
    group,
    ...RUNS,
    fn: async () => await store.putBatch(hashOf(`${count++}`), batch),
  });
}

for (const batches of [1, 4]) {
  const transfers = batches * 6_700;
  const group = `commit_block/transfers=${transfers}`;
  reference(group);
  const contents = Array.from(
    { length: batches },
    (_, n) => randomBytes(`${n}`, 6_700 * TRANSFER_BYTES),
  );
  Deno.bench({
    name: `storage::commit_block/transfers=${transfers},batches=${batches}`,
    group,
    ...{ n: 8, warmup: 2 },
    fn: async (b) => {
      const digests = contents.map(() => hashOf(`${count++}`));
      const block = testBlock(await store.tip() + 1n, digests);
      b.start();
      await store.commitBlock(block, contents);
      b.end();
    },
  });
}

const resultOf = (transfers: number) =>
  testResult(1n, transactionsOf(`${count++}`, transfers));

let height = 0n;
for (const transfers of [10, 1_000, 10_000]) {
  const { receipts, transactionIds } = resultOf(transfers);
  const record = new Uint8Array(receipts.length + transactionIds.length);
  const group = `put_result/transfers=${transfers}`;
  reference(group);
  Deno.bench({
    name: `deno_kv::commit/transfers=${transfers}`,
    group,
    ...RUNS,
    fn: async () => await plainWrite(record),
  });
  Deno.bench({
    name: `storage::put_result/transfers=${transfers}`,
    group,
    ...RUNS,
    fn: async (b) => {
      const result = { ...resultOf(transfers), height: ++height };
      b.start();
      await store.putResult(result);
      b.end();
    },
  });
}

const pages = Array.from({ length: 1_000 }, (_, n) => ({
  slot: n % 256,
  id: Uint8Array.of(n >> 8),
  bytes: randomBytes(`${n}`, 4_096),
}));
let checkpoint = 0n;
Deno.bench({
  name: "storage::put_checkpoint/pages=1000,bytes=4096",
  n: 10,
  warmup: 2,
  fn: async () => {
    const at = ++checkpoint;
    await store.putCheckpoint(at, hashOf(`${at}`), pagesOf(pages));
  },
});
Deno.bench({
  name: "storage::read_checkpoint/pages=1000,bytes=4096",
  n: 10,
  warmup: 2,
  fn: async () => {
    for await (const page of (await store.checkpoint())!.pages()) page.length;
  },
});

const known: Uint8Array[] = [];
Deno.bench({
  name: "deno_kv::get",
  group: "transaction",
  baseline: true,
  fn: async () => void await kv.get(["plain", 0, 4_096, 0]),
});
for (const kind of ["known", "unknown"]) {
  Deno.bench({
    name: `storage::transaction/kind=${kind}`,
    group: "transaction",
    fn: async (b) => {
      if (known.length === 0) {
        const { transactionIds } = (await store.result(height - 20n))!;
        for (let at = 0; at < transactionIds.length; at += 32) {
          known.push(transactionIds.slice(at, at + 32));
        }
      }
      const id = kind === "known"
        ? known[count++ % known.length]!
        : hashOf(`${count++}`);
      b.start();
      await store.transaction(id);
      b.end();
    },
  });
}
