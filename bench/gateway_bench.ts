/** POST /submit at a real server: everything that the gateway does, with an executor that admits all. */
import { createCore, loadCoreModule } from "../src/core/mod.ts";
import { countEnvelopes } from "../src/gateway/chain/envelopes.ts";
import { startGateway } from "../src/gateway/mod.ts";
import { TestChain } from "../src/gateway/testing/mod.ts";
import { collectingLog, systemClock } from "../src/platform/mod.ts";
import { BenchChain } from "./chain.ts";
import { reference } from "./fixtures.ts";

const chain = new TestChain();
const gateway = await startGateway({
  config: {
    ...{ hostname: "127.0.0.1", port: 0, version: "bench" },
    genesis: chain.genesis,
    genesisHash: chain.genesisHash,
    // No block ever takes anything.
    limits: { backlogBurst: Infinity },
  },
  backend: {
    ...chain.backend,
    executor: {
      ...chain.backend.executor,
      submit: (envelopes) => {
        const count = countEnvelopes(envelopes);
        const ids = new Uint8Array(count * 32);
        return Promise.resolve({ ids, codes: new Uint32Array(count) });
      },
    },
  },
  clock: systemClock(),
  log: collectingLog(),
  core: createCore(await loadCoreModule()),
});
addEventListener("unload", () => void gateway.stop());

const signed = new BenchChain({ accounts: 1_000, senders: 1_000 });

for (const transfers of [1, 100, 1_000]) {
  const envelopes = new Uint8Array(signed.transfers(transfers));
  const group = `gateway/transfers=${transfers}`;
  reference(group);
  Deno.bench({
    name: `gateway::submit/transfers=${transfers}`,
    group,
    async fn() {
      const response = await fetch(`${gateway.url}/submit`, {
        method: "POST",
        body: envelopes,
      });
      const { byteLength } = await response.arrayBuffer();
      if (byteLength !== transfers * 36) throw new Error("not the answer");
    },
  });
}
