import assert from "node:assert/strict";
import { createClient } from "../client/mod.ts";
import { serve } from "../platform/mod.ts";
import { type GatewayPorts, startGatewayWorker } from "./mod.ts";
import { RICH_SEED, TestChain } from "./testing/mod.ts";

/** Serves the parts of a chain on ports, as a node does for its gateway. */
function portsOf({ backend }: TestChain): GatewayPorts {
  const open = (service: object) => {
    const { port1, port2 } = new MessageChannel();
    serve(port1, service);
    return port2;
  };
  return {
    store: open(backend.store),
    executor: open(backend.executor),
    chain: open(backend.chain),
  };
}

const config = (chain: TestChain) => ({
  hostname: "127.0.0.1",
  port: 0,
  genesis: chain.genesis,
  genesisHash: chain.genesisHash,
  version: "0.0.0",
  faucetSeed: RICH_SEED,
});
const quiet = { log: { level: "error", format: "json" } } as const;

Deno.test("a gateway in its own worker answers over ports and follows the chain", async () => {
  const chain = new TestChain();
  const gateway = await startGatewayWorker(
    portsOf(chain),
    config(chain),
    quiet,
  );
  const client = createClient({ url: gateway.url });
  const address = new Uint8Array(32).fill(3);
  const { height } = await client.faucet(address, { amount: 4n });
  assert.equal((await client.account(address)).balance, 4n);
  for await (const event of client.subscribeReceipts({ cursor: 0n })) {
    assert.deepEqual([event.height, event.receipts.length], [height, 1]);
    break;
  }
  await assert.rejects(client.submit(new Uint8Array(100)), {
    name: "RustoriumError",
  });
  await gateway.stop();
  await assert.rejects(client.status(), { codeName: "RPC_UNREACHABLE" });
});

Deno.test("a port that is taken is told as PORT_IN_USE", async () => {
  const chain = new TestChain();
  const first = await startGatewayWorker(portsOf(chain), config(chain), quiet);
  await assert.rejects(
    startGatewayWorker(
      portsOf(chain),
      { ...config(chain), port: first.port },
      quiet,
    ),
    { codeName: "PORT_IN_USE" },
  );
  await first.stop();
});
