/**
 * A block of transfers through the state machine: admit, assemble, check as
 * another validator would, execute. The chain goes on from one run to the next.
 */
import type { Executor } from "../src/execution/mod.ts";
import { BenchChain, blockOf } from "./chain.ts";
import { reference } from "./fixtures.ts";

const ROOM = { bytes: 1 << 20, transactions: 10_000 };
/** The first runs compile the code. */
const RUNS = { n: 12, warmup: 4 };

type Stage = "submit" | "assemble" | "check_batch" | "execute";
const STAGES: Stage[] = ["submit", "assemble", "check_batch", "execute"];

/** One block; calls `start` and `end` around the stage. */
async function block(
  chain: BenchChain,
  [executor, other]: [Executor, Executor],
  transfers: number,
  around: (stage: Stage, work: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const envelopes = chain.transfers(transfers);
  await around("submit", async () => {
    const { codes } = await executor.submit(envelopes);
    const refused = codes.find((code) => code !== 0);
    if (refused !== undefined) throw new Error(`refused: ${refused}`);
  });
  const height = await executor.height() + 1n;
  const batches: Uint8Array[] = [];
  for (let left = transfers; left > 0;) {
    await around("assemble", async () => {
      const draft = await executor.assemble({ height, ...ROOM });
      if (!draft) throw new Error("nothing to assemble");
      left -= draft.transactionCount;
      batches.push(chain.batchOf(draft));
    });
  }
  for (const batch of batches) {
    await around("check_batch", async () => {
      const refusal = await other.checkBatch(batch, height);
      if (refusal) throw new Error(`refused: ${refusal.code}`);
    });
  }
  const digests = batches.map((batch) => chain.archive.add(batch));
  const input = blockOf(height, digests);
  await around("execute", async () => void await executor.execute(input));
  await other.execute(input);
}

interface Shape {
  accounts: number;
  transfers?: number;
  /** How many send in turn. */
  senders?: number;
  stages?: Stage[];
}

function benchStages(
  { accounts, transfers = 1_000, senders = transfers, stages = STAGES }: Shape,
): void {
  const shape =
    `transfers=${transfers},senders=${senders},accounts=${accounts}`;
  const group = `execution/${shape}`;
  reference(group);
  let known: Promise<[BenchChain, [Executor, Executor]]> | undefined;
  const open = async (): Promise<[BenchChain, [Executor, Executor]]> => {
    const chain = new BenchChain({ accounts, senders });
    return [chain, [await chain.open(), await chain.open()]];
  };
  for (const stage of stages) {
    Deno.bench({
      name: `execution::${stage}/${shape}`,
      group,
      ...RUNS,
      async fn(b) {
        const [chain, executors] = await (known ??= open());
        await block(chain, executors, transfers, async (each, work) => {
          if (each === stage) b.start();
          await work();
          if (each === stage) b.end();
        });
      },
    });
  }
}

benchStages({ accounts: 10_000 });
benchStages({ accounts: 10_000, transfers: 5_000 });
benchStages({ accounts: 100_000, stages: ["execute"] });
benchStages({ accounts: 1_000_000, stages: ["execute"] });
// Ten accounts send everything: what is missing against the first is what the other senders cost, most of it the root.
benchStages({ accounts: 10_000, senders: 10, stages: ["execute"] });
