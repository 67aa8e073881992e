import type { Clock, Internet, Random } from "../../platform/mod.ts";
import type { Carriers } from "../carriers.ts";
import { VirtualNode } from "./node.ts";
import { virtualQuic } from "./quic.ts";

/** Carries both planes of a node over an internet in virtual time. Discovery by Kademlia and multicast is not there. */
export function virtualCarriers(
  { internet, clock, random }: {
    internet: Internet;
    clock: Clock;
    random: Random;
  },
): Carriers {
  return {
    startNode: async (options) =>
      await new VirtualNode(options, internet, clock).asNode(),
    quic: virtualQuic({ internet, random }),
  };
}
