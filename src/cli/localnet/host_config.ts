import { idOf, paceOf } from "./config.ts";

const P2P_PORT = 26_656;
const DATA_PORT = 26_658;

export interface HostSettings {
  rpcHost: string;
  blockTime?: number;
}

/** The `config.toml` of the node on `hosts[index]`, a machine of its own: the usual ports, and the other nodes to begin with. */
export function configOfHost(
  index: number,
  hosts: readonly string[],
  nodeSeeds: readonly Uint8Array[],
  { rpcHost, blockTime }: HostSettings,
): string {
  const addresses = hosts.map(addressOfHost);
  const others = addresses.flatMap((address, n) =>
    n === index ? [] : [`${address}/p2p/${idOf(nodeSeeds[n]!)}`]
  );
  return [
    "# A node of a test network; the other keys have their defaults.",
    "[rpc]",
    `host = ${JSON.stringify(rpcHost)}`,
    "",
    "[p2p]",
    `port = ${P2P_PORT}`,
    `data_port = ${DATA_PORT}`,
    `bootstrap = ${JSON.stringify(others)}`,
    `announce = ${JSON.stringify([addresses[index]])}`,
    ...paceOf(blockTime),
    "",
  ].join("\n");
}

/** Where others dial the node on `host`. */
export function addressOfHost(host: string): string {
  return `/ip4/${host}/udp/${P2P_PORT}/quic-v1`;
}
