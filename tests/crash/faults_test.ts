/**
 * A database that refuses, tears and fills up under load: the node stops with
 * the reason, and what it acknowledged is there once the disk works again.
 * FAULT_ROUNDS sets how often each happens.
 */
import assert from "node:assert/strict";
import { createClient } from "../../mod.ts";
import { makeDevHome, openHome } from "../../src/cli/home/mod.ts";
import { startNode } from "../../src/node/mod.ts";
import {
  collectingLog,
  type KvFaultPlan,
  systemClock,
  systemRandom,
} from "../../src/platform/mod.ts";
import { ask, withHome } from "../harness.ts";
import { type Load, runLoad } from "../support/load.ts";

const ROUNDS = Number(Deno.env.get("FAULT_ROUNDS") ?? 1);
const SINK = new Uint8Array(32).fill(0x77);
const ROUND_MS_MAX = 180_000;

const PLANS: Record<string, Omit<KvFaultPlan, "seed">> = {
  "a rejected commit": { rejectRate: 0.2, spareCommits: 60 },
  "a torn commit": { tearRate: 0.3, spareCommits: 60 },
  "a full disk": { fullAfterBytes: 600_000 },
  "a machine that stops between two commits": { stopAfterCommits: 150 },
};

async function start(home: string, faults?: KvFaultPlan) {
  const { config, genesisBytes, validatorSeed, dev } = await openHome(home);
  const node = await startNode({
    ...{ home, validatorSeed, genesis: genesisBytes },
    nodeSeed: new Uint8Array(32).fill(1),
    config: {
      ...config,
      rpc: { ...config.rpc, port: 0 },
      p2p: { ...config.p2p, host: "127.0.0.1", port: 0 },
    },
    log: collectingLog(),
    ...(faults && { faults }),
  });
  const client = createClient({ url: node.rpcUrl });
  return { node, client, accounts: dev!.accounts };
}

/** Loads a node until its disk fails it, or some minutes if it does not. Gives why it stopped. */
async function loadUntilFault(home: string, load: Load, faults: KvFaultPlan) {
  const { node, client, accounts } = await start(home, faults);
  const stop = new AbortController();
  const running = runLoad(
    client,
    accounts,
    { lanes: 4, to: SINK, load },
    stop.signal,
  );
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ROUND_MS_MAX);
  });
  const why = await Promise.race([
    node.failed.catch((error) => String(error.codeName)),
    late,
  ]);
  clearTimeout(timer);
  stop.abort();
  await node.stop();
  await running;
  return why;
}

async function checkAll(home: string, load: Load) {
  const { node, client } = await start(home);
  try {
    for (const { hash, height } of load.acknowledged) {
      const found = await client.transaction(hash);
      assert.deepEqual([found.height, found.code], [height, 0], hash);
    }
    const { balance } = await client.account(SINK);
    assert.ok(balance >= BigInt(load.acknowledged.length));
    assert.ok(balance <= load.submitted);
  } finally {
    await node.stop();
  }
}

for (const [name, plan] of Object.entries(PLANS)) {
  Deno.test(`nothing acknowledged is lost by ${name}`, async () => {
    await withHome(async (home) => {
      await makeDevHome(home, { clock: systemClock(), random: systemRandom() });
      const load: Load = { acknowledged: [], submitted: 0 };
      for (let round = 1; round <= ROUNDS; round++) {
        const why = await loadUntilFault(home, load, { ...plan, seed: round });
        assert.ok(
          why === "STORAGE_FAULT" || why === "DISK_FULL",
          `the fault of round ${round} stopped the node: ${why}`,
        );
        await checkAll(home, load);
      }
      assert.ok(load.acknowledged.length > 0, "there was a load");
      const { mismatches } = await ask("replay", "--home", home);
      assert.equal(mismatches, 0);
    });
  });
}
