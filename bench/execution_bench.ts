/** A block of transfers through the state machine: admit, assemble, execute, prove. */
import { join } from "../src/bytes/mod.ts";
import {
  addressOf,
  batchOf,
  blockOf,
  genesis,
  MemoryArchive,
  module,
  transfer,
} from "../src/execution/fixtures.ts";
import { type Executor, loadExecutor } from "../src/execution/mod.ts";

const TRANSACTIONS = 1_000;
const PEOPLE = 10;
const LIMITS = { height: 1n, bytes: 1 << 20, transactions: TRANSACTIONS };

const envelopes = join(
  Array.from({ length: TRANSACTIONS }, (_, index) => {
    const from = index % PEOPLE;
    const nonce = BigInt(Math.floor(index / PEOPLE));
    return transfer(from, (from + 1) % PEOPLE, 1n, { nonce });
  }),
);

const archive = new MemoryArchive();
const open = () => loadExecutor({ core: module, genesis, archive });

async function filled(): Promise<Executor> {
  const executor = await open();
  const { codes } = await executor.submit(envelopes);
  if (codes.some((code) => code !== 0)) throw new Error("one was refused");
  return executor;
}

async function draftOf(executor: Executor) {
  const draft = await executor.assemble(LIMITS);
  if (!draft) throw new Error("nothing to assemble");
  return draft;
}

const executed = await filled();
const blockOfDraft = async (executor: Executor) =>
  blockOf(1n, [archive.add(batchOf(await draftOf(executor)))]);
await executed.execute(await blockOfDraft(executed));

Deno.bench({
  name: `execution::submit/transactions=${TRANSACTIONS}`,
  async fn(b) {
    const executor = await open();
    b.start();
    await executor.submit(envelopes);
    b.end();
    await executor.close();
  },
});

Deno.bench({
  name: `execution::assemble/transactions=${TRANSACTIONS}`,
  async fn(b) {
    const executor = await filled();
    b.start();
    await draftOf(executor);
    b.end();
    await executor.close();
  },
});

Deno.bench({
  name: `execution::execute/transactions=${TRANSACTIONS}`,
  async fn(b) {
    const executor = await filled();
    const block = await blockOfDraft(executor);
    b.start();
    await executor.execute(block);
    b.end();
    await executor.close();
  },
});

Deno.bench({
  name: `execution::prove/accounts=${PEOPLE}`,
  fn: async () => void await executed.prove(addressOf(0)),
});
