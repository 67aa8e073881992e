import type { Network } from "../../platform/mod.ts";
import { over } from "./behaviour.ts";

/** Hears everything and says nothing. The others decide without it, and whoever was away learns from them. */
export function silent(network: Network): Network {
  const nothing = () => undefined;
  return over(network, { broadcast: nothing, send: nothing });
}
