/**
 * What a message costs by either way, measured on real nodes in one process:
 * `deno run -A bench/gossip.ts [MESSAGES]`. Four nodes, all connected (the data
 * plane carries messages) or in a line (gossip does); the first one sends
 * messages as large as votes. Prints one JSON object: microseconds of CPU for
 * each message and receiving node, in the main thread (where consensus and
 * libp2p live) and in all threads. Linux only.
 */
import { peerIdOf } from "../src/network/mod.ts";
import { testNetwork, until } from "../src/network/testing/open.ts";
import { seedSigner } from "../src/platform/mod.ts";

const MESSAGES = Number(Deno.args[0] ?? 3_000);
const NODES = 4;
const VOTE_BYTES = 250;
const AT_ONCE = 10;
/** Of a clock tick in /proc. */
const TICK_US = 10_000;

const idOf = (number: number) =>
  peerIdOf(seedSigner(new Uint8Array(32).fill(number)).publicKey);

/** Microseconds of CPU of a thread, or of all. */
function cpuUs(path: string): number {
  const stat = Deno.readTextFileSync(path);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

const readings = () => ({
  main: cpuUs(`/proc/self/task/${Deno.pid}/stat`),
  all: cpuUs("/proc/self/stat"),
});

async function measure(isLine: boolean) {
  const nodes: Awaited<ReturnType<typeof testNetwork>>[] = [];
  for (let number = 1; number <= NODES; number++) {
    const allow = isLine ? [number - 1, number + 1].map(idOf) : [];
    const bootstrap = nodes.at(-1)?.multiaddrs() ?? [];
    nodes.push(await testNetwork(number, { allow, bootstrap }));
  }
  let heard = 0;
  for (const node of nodes) {
    node.relay("vote", () => "accept");
    node.onMessage(() => heard++);
  }
  const vote = () => crypto.getRandomValues(new Uint8Array(VOTE_BYTES));
  await until("a way to all", () => {
    heard = 0;
    nodes[0]!.broadcast("vote", vote());
    return new Promise((go) => setTimeout(() => go(heard >= NODES - 1), 200));
  }, 30_000);
  heard = 0;
  const before = readings();
  for (let sent = 0; sent < MESSAGES; sent += AT_ONCE) {
    for (let n = 0; n < AT_ONCE; n++) nodes[0]!.broadcast("vote", vote());
    await until("all", () => heard >= (sent + AT_ONCE) * (NODES - 1));
  }
  const after = readings();
  await Promise.all(nodes.map((node) => node.close()));
  const each = (us: number) => Number((us / MESSAGES / (NODES - 1)).toFixed(1));
  return {
    mainUs: each(after.main - before.main),
    allUs: each(after.all - before.all),
  };
}

console.log(JSON.stringify({
  messages: MESSAGES,
  connected: await measure(false),
  line: await measure(true),
}));
