/**
 * What batches cost on their way, measured on real nodes in processes of their
 * own: `deno run -A bench/dissemination.ts [SECONDS]`. Four nodes, each
 * connected to all others, publish 15 MB a second together, once with BBR and
 * once with cubic. Prints one JSON object: for each of them milliseconds of CPU for each
 * MB published, over all nodes; and how often what a node publishes crosses each of
 * its links. Linux only.
 */
import { readLines } from "../tests/support/lines.ts";
import type { NodeResult } from "./dissemination_node.ts";

const SECONDS = Number(Deno.args[0] ?? 10);
const NODES = 4;
const MB_PER_SECOND = 15;
const MB = 1_000_000;
const NODE = new URL("./dissemination_node.ts", import.meta.url).pathname;

function start(number: number, congestion: string, bootstrap: string[]) {
  const rate = String(MB_PER_SECOND / NODES);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", NODE, String(number), congestion, rate],
      ...[String(SECONDS), String(NODES - 1), ...bootstrap],
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const lines = readLines(child.stdout);
  const input = child.stdin.getWriter();
  return {
    next: async () => JSON.parse(await lines.next() ?? "{}"),
    /** Whatever it is, it is the sign to go on. */
    sign: () => input.write(new TextEncoder().encode("\n")),
    async end() {
      await input.close().catch(() => undefined);
      await child.status;
    },
  };
}

async function measure(congestion: "bbr" | "cubic") {
  const nodes: ReturnType<typeof start>[] = [];
  const addresses: string[] = [];
  try {
    for (let number = 1; number <= NODES; number++) {
      const node = start(number, congestion, addresses);
      nodes.push(node);
      addresses.push((await node.next()).address);
    }
    // All are connected.
    await Promise.all(nodes.map((node) => node.next()));
    await Promise.all(nodes.map((node) => node.sign()));
    const results: NodeResult[] = await Promise.all(
      nodes.map((node) => node.next()),
    );
    return { congestion, ...summary(results) };
  } finally {
    await Promise.all(nodes.map((node) => node.end()));
  }
}

function summary(results: NodeResult[]) {
  const sum = (of: (result: NodeResult) => number) =>
    results.reduce((total, one) => total + of(one), 0);
  const published = sum((one) => one.publishedBytes);
  /** Who passed on what others publish would send more than once what it publishes itself. */
  const crossings = results.flatMap((one) =>
    Object.values(one.sentBytes).map((sent) => sent / one.publishedBytes)
  );
  return {
    mb_published: round(published / MB),
    mb_per_second: round(published / MB / SECONDS),
    cpu_ms_per_mb: round(sum((one) => one.cpuMs) / (published / MB)),
    arrived: round(
      sum((one) => one.receivedBytes) / (published * (NODES - 1)),
    ),
    crossings_of_a_link: {
      most: round(Math.max(...crossings)),
      links: crossings.length,
    },
    dropped: sum((one) => one.dropped),
  };
}

const round = (value: number) => Number(value.toFixed(3));

console.log(JSON.stringify({
  bbr: await measure("bbr"),
  cubic: await measure("cubic"),
}));
