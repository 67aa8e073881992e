/** Validators of one chain, each in a process that a test starts and ends. */
import assert from "node:assert/strict";
import { type Client, createClient } from "../../mod.ts";
import { type Funded, openHome, pathsIn } from "../../src/cli/home/mod.ts";
import { openLocalnet } from "../../src/cli/localnet/mod.ts";
import type { NodePlan } from "../../src/cli/localnet/plan.ts";
import { type DevAccount, type NodeProcess, startNode } from "../harness.ts";
import { until } from "./wait.ts";

/** Where the nodes live and listen, and who holds coins. */
export interface Homes {
  plans: NodePlan[];
  accounts: DevAccount[];
}

export interface HomesOptions {
  validators?: number;
  /** Whether they reach each other through ports of a proxy. */
  lines?: boolean;
  /** Who else holds how much. */
  funded?: Funded;
  /** What is added to each `config.toml`. */
  config?: string;
}

/** Makes the homes of validators, four unless said otherwise. */
export async function makeHomes(
  directory: string,
  { validators = 4, lines = false, funded, config = "" }: HomesOptions = {},
): Promise<Homes> {
  const { nodes } = await openLocalnet(directory, {
    ...{ validators, slow: lines },
    ...(funded && { funded }),
  });
  for (const { home } of nodes) {
    await Deno.writeTextFile(pathsIn(home).config, config, { append: true });
  }
  const { dev } = await openHome(nodes[0]!.home);
  return { plans: nodes, accounts: dev!.accounts };
}

/** Runs `start` on the home of a plan, at its own ports. */
export async function startValidator({ home }: NodePlan): Promise<NodeProcess> {
  return await startNode(home, { command: "start", rpcPort: "kept" });
}

/** The client of a plan's node, whether it runs or not. */
export function clientOf({ rpcPort }: NodePlan): Client {
  return createClient({ url: `http://127.0.0.1:${rpcPort}` });
}

/** Waits until all are `blocks` beyond the highest of them, with one app hash at that height. */
export async function goOnTogether(
  clients: readonly Client[],
  { blocks, withinMs }: { blocks: bigint; withinMs: number },
): Promise<void> {
  const heights = await Promise.all(
    clients.map((client) =>
      client.status().then(({ height }) => height, () => 0n)
    ),
  );
  const goal = heights.reduce((one, other) => one > other ? one : other) +
    blocks;
  for (const [n, client] of clients.entries()) {
    await until(
      `node ${n} reaches ${goal}`,
      withinMs,
      async () => (await client.status()).height >= goal,
    );
  }
  const hashes = await Promise.all(
    clients.map(async (client) => (await client.block(goal)).appHash),
  );
  assert.equal(new Set(hashes.map(String)).size, 1, `app hash at ${goal}`);
}
