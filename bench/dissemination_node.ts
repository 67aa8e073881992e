/** A node of `dissemination.ts`: `dissemination_node.ts NUMBER CONGESTION MB_PER_SECOND SECONDS PEERS BOOTSTRAP…`. Goes on at each line that it reads. */
import { defaultConfig } from "../src/config/mod.ts";
import { isMeshed, testNetwork, until } from "../src/network/testing/open.ts";

/** What a node has seen. */
export interface NodeResult {
  publishedBytes: number;
  receivedBytes: number;
  cpuMs: number;
  /** To each other node, by both planes. */
  sentBytes: Record<string, number>;
  dropped: number;
}

const BATCH_BYTES = 256 * 1024;
/** Of a clock tick in /proc. */
const TICK_MS = 10;
/** What is on its way arrives within this time. */
const REST_MS = 1_000;

const [number, congestion, rate, seconds, peers, ...bootstrap] = Deno.args;

function cpuMs(): number {
  const stat = Deno.readTextFileSync("/proc/self/stat");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

const pause = (ms: number) => new Promise((go) => setTimeout(go, ms));

const config = structuredClone(defaultConfig().network);
const network = await testNetwork(Number(number), {
  bootstrap,
  config: {
    ...config,
    quic: {
      ...config.quic,
      congestion: congestion === "bbr" ? "bbr" : "cubic",
    },
  },
});
console.log(JSON.stringify({ address: network.multiaddrs()[0] }));
await until("peers", () => isMeshed(network, Number(peers)), 30_000);
console.log(JSON.stringify({ event: "connected" }));
await Deno.stdin.read(new Uint8Array(1));

let receivedBytes = 0;
network.onMessage((_, channel, body) => {
  if (channel === "batch") receivedBytes += body.length;
});
const sent = async () =>
  Object.fromEntries(
    (await network.peerInfo()).map(({ id, control, data }) => [
      id,
      (control?.sentBytes ?? 0) + (data?.sentBytes ?? 0),
    ]),
  );
const before = { sent: await sent(), cpuMs: cpuMs() };
const start = performance.now();
const everyMs = BATCH_BYTES / (Number(rate) * 1_000);
const count = Math.round(Number(seconds) * 1_000 / everyMs);
for (let batch = 0; batch < count; batch++) {
  const body = new Uint8Array(BATCH_BYTES);
  new DataView(body.buffer).setUint32(0, batch);
  network.broadcast("batch", body);
  await pause(Math.max(0, start + (batch + 1) * everyMs - performance.now()));
}
await pause(REST_MS);
const spentMs = cpuMs() - before.cpuMs;
const after = await sent();
const result: NodeResult = {
  publishedBytes: count * BATCH_BYTES,
  receivedBytes,
  cpuMs: spentMs,
  sentBytes: Object.fromEntries(
    Object.entries(after).map((
      [id, bytes],
    ) => [id, bytes - (before.sent[id] ?? 0)]),
  ),
  dropped: (await network.peerInfo()).reduce(
    (sum, { data }) => sum + (data?.droppedMessages ?? 0),
    0,
  ),
};
console.log(JSON.stringify(result));
await network.close();
Deno.exit(0);
