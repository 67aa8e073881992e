/** Peers of a real node that ask too much, write too slowly, and open too many streams. */
import { frame, namedFrame } from "../../src/network/frames.ts";
import { openStranger } from "../support/attacker.ts";
import { type Siege, withSiege } from "../support/siege.ts";
import { pause } from "../support/wait.ts";

type Link = Awaited<
  ReturnType<Awaited<ReturnType<typeof openStranger>>["link"]>
>;

const STREAMS = 100;

/** Does it on many streams at once, again and again, as long as it is let. */
async function many(
  signal: AbortSignal,
  { connection }: Link,
  once: (stream: Deno.QuicBidirectionalStream) => Promise<unknown>,
): Promise<void> {
  const worker = async () => {
    while (!signal.aborted) {
      try {
        const ended = once(
          await connection.createBidirectionalStream({
            waitUntilAvailable: true,
          }),
        );
        await Promise.race([ended.catch(() => pause(5)), aborted(signal)]);
      } catch {
        return; // It was cut off.
      }
    }
  };
  const isOver = connection.closed.catch(() => undefined);
  await Promise.race([
    Promise.all(Array.from({ length: STREAMS }, worker)),
    isOver,
    aborted(signal),
  ]);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

const write = async (
  { writable }: Deno.QuicBidirectionalStream,
  bytes: Uint8Array,
) => {
  const writer = writable.getWriter();
  await writer.write(bytes);
  return writer;
};

/** Reads to the end. */
async function drain({ readable }: Deno.QuicBidirectionalStream) {
  for await (const _ of readable);
}

const FLOODS: Record<
  string,
  (stream: Deno.QuicBidirectionalStream) => Promise<unknown>
> = {
  "questions for blocks": async (stream) => {
    const height = new Uint8Array(8);
    height[0] = 1;
    const writer = await write(stream, namedFrame("block", height));
    await writer.close();
    await drain(stream);
  },
  "streams without a question": async (stream) => {
    const writer = await write(stream, new Uint8Array(1));
    // Once it is refused it makes room for the next.
    await drain(stream).finally(() => writer.abort());
  },
  "slow writers": async (stream) => {
    const start = frame(new Uint8Array(2 << 20)).subarray(0, 1_000);
    const writer = await write(stream, start);
    await drain(stream).finally(() => writer.abort());
  },
  "slow readers": async (stream) => {
    const height = new Uint8Array(8);
    height[0] = 1;
    const writer = await write(stream, namedFrame("block", height));
    await pause(300);
    await writer.abort();
  },
};

Deno.test("who asks too much at once is refused, banned and named, and others go on", async (t) => {
  await withSiege(async ({ target, record, attack }: Siege) => {
    let number = 300;
    for (const [name, once] of Object.entries(FLOODS)) {
      await t.step(name, async () => {
        const one = await openStranger(number++, target);
        await one.greet(await one.dial());
        const flood = async (signal: AbortSignal) => {
          const link = await one.link(record);
          await many(signal, link, once);
          link.close();
        };
        await attack(name, flood, "peer banned", one.id, "at once");
        await one.close();
      });
    }
  });
});
