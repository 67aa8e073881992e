import assert from "node:assert/strict";
import type { Clock } from "../../platform/types.ts";
import type { EventTexts } from "./events.ts";
import { Feed } from "./feed.ts";

/** A clock whose time passes only by sleeping. */
function sleepingClock(onSleep: () => void = () => {}): Clock {
  let time = 0;
  return {
    now: () => time,
    monotonic: () => time,
    schedule: () => ({ cancel() {} }),
    sleep(delayMs) {
      time += delayMs;
      onSleep();
      return Promise.resolve();
    },
  };
}

function feedOf(
  head: bigint,
  unread: () => number,
  onSleep?: () => void,
  onSend: () => void = () => {},
) {
  const frames: string[] = [];
  let stalls = 0;
  const texts = {
    head: () => head,
    text: (_topic: string, height: bigint) => Promise.resolve(`${height}`),
  } as unknown as EventTexts;
  const feed = new Feed(texts, {
    send(text) {
      frames.push(text);
      onSend();
    },
    unreadBytes: unread,
    stalled: () => stalls++,
  }, {
    id: "s1",
    topic: "blocks",
    cursor: 0n,
    clock: sleepingClock(onSleep),
    limits: {
      frameEventsMax: 4,
      socketUnreadBytesMax: 100,
      socketStallMsMax: 1_000,
    },
  });
  const heights = () =>
    frames.flatMap((frame) => JSON.parse(frame))
      .map(({ params }: { params: { data: number } }) => params.data);
  return { feed, frames, heights, stalls: () => stalls };
}

Deno.test("a feed sends nothing while its socket is unread, then goes on where it was", async () => {
  let unread = 0;
  const { feed, heights, frames } = feedOf(
    10n,
    () => unread,
    () => unread -= 50,
    () => unread = 500,
  );
  await feed.advance();
  assert.deepEqual(heights(), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.equal(frames.length, 3);
});

Deno.test("a socket that takes nothing for too long is given up", async () => {
  const { feed, frames, stalls } = feedOf(10n, () => 500);
  await feed.advance();
  assert.deepEqual([frames.length, stalls()], [0, 1]);
});

Deno.test("a closed feed sends no more, whatever it was waiting for", async () => {
  const { feed, frames, stalls } = feedOf(10n, () => 500, () => feed.close());
  await feed.advance();
  assert.deepEqual([frames.length, stalls()], [0, 0]);
});
