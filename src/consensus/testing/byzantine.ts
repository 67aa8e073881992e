import type { Network } from "../../platform/mod.ts";
import { Channel, Topic } from "../channel.ts";

type Answer = Parameters<Network["onRequest"]>[1];

function over(network: Network, changes: Partial<Network>): Network {
  return Object.assign(Object.create(network), changes);
}

/** Hears everything and says nothing. */
export function silent(network: Network): Network {
  const nothing = () => undefined;
  return over(network, { broadcast: nothing, send: nothing });
}

/** Announces its batches, but gives them to nobody. */
export function withholding(network: Network): Network {
  return over(network, {
    broadcast: (channel, message) => {
      if (channel !== Channel.batch) network.broadcast(channel, message);
    },
    onRequest: (topic, handler) => {
      const refusing = () => Promise.reject(new Error("no"));
      network.onRequest(topic, topic === Topic.batch ? refusing : handler);
    },
  });
}

/** Answers whoever asks with something else than was asked for, and claims to be far ahead. */
export function misleading(network: Network): Network {
  const wrong = (answer: Answer): Answer => async (from, body) => {
    const bytes = (await answer(from, body)).slice();
    if (bytes.length > 0) bytes[bytes.length >> 1]! ^= 0x55;
    return bytes;
  };
  return over(network, {
    onRequest: (topic, handler) =>
      network.onRequest(
        topic,
        topic === Topic.status
          ? () => Promise.resolve(new Uint8Array(8).fill(0x11))
          : wrong(handler),
      ),
  });
}
