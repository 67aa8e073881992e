import { createWallet } from "../../client/mod.ts";
import { peerIdOf } from "../../network/mod.ts";
import type { NodePlan } from "./plan.ts";

/** What the configuration files of a localnet pin besides ports and peers. */
export interface Pins {
  blockTimeMs?: number;
}

/** The `config.toml` of node `index`: fixed ports, and the other nodes to begin with. */
export function configOf(
  index: number,
  plans: readonly NodePlan[],
  nodeSeeds: readonly Uint8Array[],
  { blockTimeMs }: Pins,
): string {
  const { rpcPort, p2pPort, dataPort, proxy } = plans[index]!;
  const others = plans.flatMap((plan, n) =>
    n === index ? [] : [`${addressOf(plan)}/p2p/${idOf(nodeSeeds[n]!)}`]
  );
  const announced = proxy && [
    `announce = [${JSON.stringify(addressOf(plans[index]!))}]`,
    `announce_data_port = ${proxy.dataPort}`,
  ];
  return [
    "# A node of a localnet; the other keys have their defaults.",
    "[rpc]",
    `port = ${rpcPort}`,
    "",
    "[p2p]",
    'host = "127.0.0.1"',
    `port = ${p2pPort}`,
    `data_port = ${dataPort}`,
    `bootstrap = ${JSON.stringify(others)}`,
    ...announced ?? [],
    ...paceOf(blockTimeMs),
    "",
  ].join("\n");
}

/** The lines of `[consensus]`, if anything is pinned there. */
export function paceOf(blockTimeMs: number | undefined): string[] {
  return blockTimeMs === undefined ? [] : [
    "",
    "[consensus]",
    `block_time_ms = ${blockTimeMs}`,
    `empty_block_time_ms = ${Math.max(blockTimeMs, 1_000)}`,
  ];
}

/** Where others dial it. */
function addressOf({ p2pPort, proxy }: NodePlan): string {
  return `/ip4/127.0.0.1/udp/${proxy?.p2pPort ?? p2pPort}/quic-v1`;
}

/** Its peer id. */
export function idOf(seed: Uint8Array): string {
  return peerIdOf(createWallet(seed).publicKey);
}
