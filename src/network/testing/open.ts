import { defaultConfig } from "../../config/mod.ts";
import {
  collectingLog,
  systemClock,
  systemRandom,
  systemResolver,
} from "../../platform/mod.ts";
import { openNetwork } from "../open.ts";
import type { NetworkOptions, NodeNetwork } from "../types.ts";

export type TestNetwork = NodeNetwork & {
  /** What it sees, e.g. `vote 7 from 2`. */
  readonly log: ReturnType<typeof collectingLog>;
};

/** A real network on 127.0.0.1 whose node has the key of a number. */
export async function testNetwork(
  number: number,
  options: Partial<NetworkOptions> = {},
): Promise<TestNetwork> {
  const log = collectingLog();
  const network = await openNetwork({
    seed: new Uint8Array(32).fill(number),
    listen: { host: "127.0.0.1", port: 0, dataPort: 0 },
    bootstrap: [],
    resolver: systemResolver(),
    config: defaultConfig().network,
    chainId: "test",
    genesisHash: new Uint8Array(32).fill(1),
    clock: systemClock(),
    random: systemRandom(),
    log,
    workerLog: { level: "error", format: "json" },
    ...options,
  });
  return Object.assign(network, { log });
}

/** Waits until `condition` holds; fails after `limitMs`, which a slow machine may need. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs = 60_000,
): Promise<void> {
  const end = performance.now() + limitMs;
  while (!await condition()) {
    if (performance.now() > end) throw new Error(`${what}: not in time`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Whether both planes of `network` are connected to `count` peers. */
export async function isMeshed(
  network: NodeNetwork,
  count: number,
): Promise<boolean> {
  const peers = await network.peerInfo();
  return peers.filter(({ control, data }) => control && data).length === count;
}
