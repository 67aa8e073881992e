/** Two nodes of one chain and one of another at the address in the arguments, that look for others on the local network: prints who finds whom. */
import { defaultConfig } from "../../config/mod.ts";
import { hearOf } from "../control/discovery.ts";
import { startLibp2p } from "../control/node.ts";

const [host = "127.0.0.1"] = Deno.args;
const SECONDS = 60;

async function start(number: number, serviceTag: string) {
  const node = await startLibp2p({
    gossipTopic: "test",
    seed: new Uint8Array(32).fill(number),
    listen: { host, port: 0 },
    announce: [],
    config: defaultConfig().network,
    discovery: { kadDht: false, mdns: true },
    scope: { kad: "/test/kad/1", serviceTag, isTold: () => true },
  });
  return { node, number, id: node.peerId.toString() };
}

const nodes = [
  await start(1, "_rst-01._udp.local"),
  await start(2, "_rst-01._udp.local"),
  await start(3, "_rst-02._udp.local"),
];
for (const { node, number } of nodes) {
  hearOf(node, (id) => {
    const found = nodes.find((one) => one.id === id)?.number;
    console.log(`${number} found ${found}`);
  });
}
setTimeout(() => Deno.exit(1), SECONDS * 1_000);
