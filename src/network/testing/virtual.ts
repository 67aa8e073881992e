import { defaultConfig } from "../../config/mod.ts";
import {
  collectingLog,
  Internet,
  Scheduler,
  seededRandom,
  simClock,
  systemResolver,
} from "../../platform/mod.ts";
import { openNetwork } from "../open.ts";
import type { NetworkOptions } from "../types.ts";
import { virtualCarriers } from "../virtual/carriers.ts";

/** Networks on an internet in virtual time: that of the node with the key of a number is at 20.0.0.NUMBER, ports 1 and 2. */
export function virtualWorld() {
  const scheduler = new Scheduler(seededRandom(1));
  const internet = new Internet(scheduler, seededRandom(2));
  /** What a node is given of the world. */
  const outsideOf = (number: number) => {
    const [clock, random] = [simClock(scheduler), seededRandom(number)];
    const carriers = virtualCarriers({ internet, clock, random });
    return { clock, random, carriers, log: collectingLog() };
  };
  const open = async (number: number, more: Partial<NetworkOptions> = {}) => {
    const outside = outsideOf(number);
    const network = await openNetwork({
      seed: new Uint8Array(32).fill(number),
      listen: { host: `20.0.0.${number}`, port: 1, dataPort: 2 },
      bootstrap: [],
      resolver: systemResolver(),
      config: defaultConfig().network,
      chainId: "test",
      genesisHash: new Uint8Array(32).fill(1),
      ...outside,
      ...more,
    });
    return Object.assign(network, { log: outside.log });
  };
  return { scheduler, internet, open, outsideOf };
}
