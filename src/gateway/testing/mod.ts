/** What tests of the gateway and the client share. */
import { collectingLog, systemClock } from "../../platform/mod.ts";
import { createCore, loadCoreModule } from "../../core/mod.ts";
import { startGateway } from "../server.ts";
import type { Gateway, GatewayConfig } from "../types.ts";
import { RICH_SEED, TestChain } from "./chain.ts";

export { RICH_SEED, TEST_PEERS, TestChain } from "./chain.ts";

export interface TestGateway {
  gateway: Gateway;
  chain: TestChain;
  /** Of the events that the gateway logged. */
  logged: () => string[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** A real gateway in front of a test chain, on a free port. */
export async function testGateway(
  config: Partial<GatewayConfig> = {},
): Promise<TestGateway> {
  const chain = new TestChain();
  const log = collectingLog();
  const gateway = await startGateway({
    config: {
      hostname: "127.0.0.1",
      port: 0,
      genesis: chain.genesis,
      genesisHash: chain.genesisHash,
      version: "0.0.0",
      faucetSeed: RICH_SEED,
      ...config,
    },
    backend: chain.backend,
    clock: systemClock(),
    log,
    core: createCore(await loadCoreModule()),
  });
  return {
    gateway,
    chain,
    logged: () => log.lines.map(({ event }) => event),
    [Symbol.asyncDispose]: () => gateway.stop(),
  };
}
