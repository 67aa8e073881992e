import type { Network } from "../types.ts";

/** The network of a node without peers. */
export function loneNetwork(): Network {
  return {
    broadcast() {},
    onMessage() {},
    peers: () => 0,
    close() {},
  };
}
