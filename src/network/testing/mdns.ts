/** Nodes 1 and 2 of one chain, and 3 of another, at the address in the arguments; they look for others on the local network only. Prints who is connected with whom. */
import { testNetwork } from "./open.ts";

const [host = "127.0.0.1"] = Deno.args;
const SECONDS = 60;

for (const number of [1, 2, 3]) {
  const network = await testNetwork(number, {
    listen: { host, port: 0, dataPort: 0 },
    genesisHash: new Uint8Array(32).fill(number === 3 ? 2 : 1),
    discovery: { kadDht: false, mdns: true },
  });
  network.onPeers((peers) => console.log(`${number} has ${peers.length}`));
}
setTimeout(() => Deno.exit(1), SECONDS * 1_000);
