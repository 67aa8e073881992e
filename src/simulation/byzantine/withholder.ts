import { Channel, Topic } from "../../consensus/mod.ts";
import type { Network } from "../../platform/mod.ts";
import { over } from "./behaviour.ts";

const WITHHELD: ReadonlySet<string> = new Set([
  ...[Topic.batch, Topic.outline, Topic.chunk],
]);

/** Announces its batches, but gives them to nobody. No block that names one is voted for, and the rounds of others go on. */
export function withholding(network: Network): Network {
  return over(network, {
    broadcast: (channel, message) => {
      if (channel !== Channel.batch) network.broadcast(channel, message);
    },
    onRequest: (topic, handler) => {
      const refusing = () => Promise.reject(new Error("no"));
      network.onRequest(topic, WITHHELD.has(topic) ? refusing : handler);
    },
  });
}
