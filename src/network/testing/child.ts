/** A node of its own process, to be killed: `child.ts NUMBER PORT BOOTSTRAP…`. Echoes questions; prints its address. */
import { testNetwork } from "./open.ts";

const [number, port, ...bootstrap] = Deno.args;
const network = await testNetwork(Number(number), {
  listen: { host: "127.0.0.1", port: Number(port), dataPort: 0 },
  bootstrap,
});
network.onRequest("echo", (_, body) => Promise.resolve(body));
console.log(network.multiaddrs()[0]);
