import { Topic } from "../../consensus/mod.ts";
import type { Network } from "../../platform/mod.ts";
import { over } from "./behaviour.ts";

type Answer = Parameters<Network["onRequest"]>[1];

/**
 * Lies in sync: answers whoever asks with something else than was asked for,
 * and claims to be far ahead. Whoever was away asks somebody else.
 */
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
