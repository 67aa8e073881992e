import { join } from "node:path";
import { openHome } from "../home/mod.ts";
import { openLocalnet } from "../localnet/mod.ts";
import type { NodePlan } from "../localnet/plan.ts";
import { SlowLine } from "../localnet/slow_line.ts";
import { NodeProcess } from "../node_process.ts";
import { bold, type Output } from "../output.ts";
import { untilStopped } from "../signals.ts";
import { table } from "../table.ts";
import type { LocalnetOptions } from "./localnet.ts";

/** Delay of lines that a localnet was made with, when none is given at a later start. */
const LATENCY_MS = 1;

interface Running {
  plan: NodePlan;
  process: NodeProcess;
  log: Deno.FsFile;
}

/** Makes the homes if need be, runs all nodes, and prints where they answer. */
export async function runLocalnet(
  output: Output,
  { validators, home, blockTime, latency, shards }: LocalnetOptions,
): Promise<void> {
  const { nodes, existed } = await openLocalnet(home, {
    validators,
    slow: latency !== undefined,
    ...(blockTime !== undefined && { blockTimeMs: blockTime }),
  });
  if (!existed) output.note(`Made the homes of ${validators} nodes in ${home}`);
  const lines = nodes.flatMap((plan) => linesOf(plan, latency ?? LATENCY_MS));
  const running = await Promise.all(
    nodes.map((plan) => startNode(plan, shards)),
  );
  const { promise: failed, reject } = Promise.withResolvers<never>();
  let stopping = false;
  for (const { plan, process } of running) {
    process.ended.then((code) => {
      if (stopping) return;
      output.note(
        `The node of ${plan.home} ended (${process.reason ?? code}); see ${
          join(plan.home, "log")
        }; bring it back with: start --home ${plan.home}`,
      );
    });
  }
  announce(output, running).catch(reject);
  await untilStopped(failed, async () => {
    stopping = true;
    output.note("Stopping all nodes.");
    await Promise.all(running.map(async ({ process, log }) => {
      await process.stop();
      log.close();
    }));
    for (const line of lines) line.close();
  });
}

function linesOf(plan: NodePlan, delayMs: number): SlowLine[] {
  const { proxy, p2pPort, dataPort } = plan;
  if (!proxy) return [];
  return [
    new SlowLine(proxy.p2pPort, p2pPort, delayMs),
    new SlowLine(proxy.dataPort, dataPort, delayMs),
  ];
}

async function startNode(
  plan: NodePlan,
  shards: number | undefined,
): Promise<Running> {
  const log = await Deno.open(join(plan.home, "log"), {
    create: true,
    append: true,
  });
  const encoder = new TextEncoder();
  const process = NodeProcess.start(plan.home, {
    args: shards === undefined ? [] : ["--shards", String(shards)],
    detached: true,
    confined: true,
    onStory: (text) => void log.writeSync(encoder.encode(text)),
  });
  return { plan, process, log };
}

async function announce(output: Output, running: Running[]): Promise<void> {
  const ready = await Promise.all(
    running.map(({ process }) => process.ready()),
  );
  const nodes = running.map(({ plan, process }, n) => ({
    rpc: ready[n]!.rpc,
    p2p: ready[n]!.p2p,
    pid: process.pid,
    home: plan.home,
  }));
  const { dev } = await openHome(running[0]!.plan.home);
  const accounts = dev?.accounts ?? [];
  await output.result(
    { event: "ready", chain_id: ready[0]!.chain_id, nodes, accounts },
    async () =>
      [
        bold(`${ready[0]!.chain_id} is ready`),
        await table(
          ["Node", "API and page", "Process"],
          nodes.map(({ home, rpc, pid }) => [home, rpc, String(pid)]),
        ),
        await table(
          ["Account", "Secret key"],
          accounts.map((key) => [key.address, key.secret_key]),
        ),
        "Ctrl-C stops all nodes; the next start goes on.",
      ].join("\n\n"),
  );
}
