import { Topic } from "../../consensus/mod.ts";
import type { Network } from "../../platform/mod.ts";
import { over } from "./behaviour.ts";

/** Its own messages by which it is late: those of about ten to twenty heights. */
const LATE_MESSAGES = 100;
/** Heights by which its answers are late. */
const LATE_HEIGHTS = 20n;

/**
 * Lives in the past: votes, proposals and batches leave when nobody needs them
 * any more, and whoever asks is answered with old blocks. Nobody is held up by
 * it, nor led back.
 */
export function outdated(network: Network): Network {
  const late: (() => void)[] = [];
  const delay = (send: () => void) => {
    late.push(send);
    if (late.length > LATE_MESSAGES) late.shift()!();
  };
  return over(network, {
    broadcast: (channel, message) =>
      delay(() => network.broadcast(channel, message)),
    send: (peer, channel, message) =>
      delay(() => network.send(peer, channel, message)),
    onRequest: (topic, handler) =>
      network.onRequest(topic, async (from, body) => {
        if (topic === Topic.block) return await handler(from, earlier(body));
        const answer = await handler(from, body);
        return topic === Topic.status ? earlier(answer) : answer;
      }),
  });
}

/** A height (u64) that is long past. */
function earlier(bytes: Uint8Array): Uint8Array {
  const height = new DataView(bytes.buffer, bytes.byteOffset)
    .getBigUint64(0, true);
  const past = new Uint8Array(8);
  new DataView(past.buffer).setBigUint64(
    0,
    height > LATE_HEIGHTS ? height - LATE_HEIGHTS : 0n,
    true,
  );
  return past;
}
