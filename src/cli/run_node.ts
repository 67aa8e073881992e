import { type Config, defaultConfig } from "../config/mod.ts";
import { stderrLog, systemClock, systemRandom } from "../platform/mod.ts";
import type { Log } from "../platform/types.ts";
import { ensureNodeKey, type Home } from "./home/mod.ts";
import { loadNode, type RunningNode } from "./node_module.ts";
import type { Output } from "./output.ts";
import { untilStopped } from "./signals.ts";

/** What the command line sets over the configuration file. */
export interface Overrides {
  rpcPort?: number;
  p2pPort?: number;
  blockTime?: number;
  shards?: number;
}

/** Runs the node of `home` until it is told to stop. `ready` is called once it answers. */
export async function runNode(
  output: Output,
  home: Home,
  overrides: Overrides,
  ready: (node: RunningNode) => Promise<void>,
): Promise<void> {
  const config = overridden(home.config, overrides);
  const { startNode } = await loadNode();
  const node = await startNode({
    home: home.directory,
    config,
    genesis: home.genesisBytes,
    validatorSeed: home.validatorSeed,
    nodeSeed: await ensureNodeKey(home.directory, systemRandom()),
    ...(home.nodeCertificate !== undefined && {
      nodeCertificate: home.nodeCertificate,
    }),
    // Nobody counts on the usual port: several nodes may run on one machine.
    otherPort: overrides.p2pPort === undefined &&
      config.p2p.port === defaultConfig().p2p.port,
    log: logOf(config),
    faucetSeed: home.dev && Uint8Array.fromHex(home.dev.faucet.secret_key),
  });
  // Listens for Ctrl-C before it says that it is ready: some are quick.
  const stopped = untilStopped(node.failed, async () => {
    output.note("Stopping; everything that was acknowledged is kept.");
    await node.stop();
  });
  await Promise.all([ready(node), stopped]);
}

/** `config` with the ports, the pace and the shards of the command line. */
export function overridden(config: Config, overrides: Overrides): Config {
  const { rpcPort, p2pPort, blockTime, shards } = overrides;
  const { rpc, p2p, consensus, execution } = config;
  return {
    ...config,
    rpc: { ...rpc, port: rpcPort ?? rpc.port },
    p2p: { ...p2p, port: p2pPort ?? p2p.port },
    execution: { ...execution, shards: shards ?? execution.shards },
    consensus: blockTime === undefined ? consensus : {
      ...consensus,
      block_time_ms: blockTime,
      empty_block_time_ms: Math.max(blockTime, consensus.empty_block_time_ms),
    },
  };
}

/** The log on stderr, as the configuration wants it. */
export function logOf({ log }: Config): Log {
  return stderrLog({
    clock: systemClock(),
    level: log.level,
    format: log.format === "json" ? "json" : "human",
  });
}
