import assert from "node:assert/strict";
import { seededRandom } from "../platform/mod.ts";
import { Backoff } from "./backoff.ts";
import type { Class } from "./channels.ts";
import { Inbox } from "./inbox.ts";
import { LIMITS } from "./limits.ts";
import { Outbox } from "./outbox.ts";

Deno.test("a full outbox drops the oldest vote, but the newest batch", () => {
  const outbox = new Outbox<string>([3, 3, 3]);
  for (const item of ["a", "b", "c", "d"]) {
    outbox.push(0, `vote ${item}`, 1);
    outbox.push(2, `batch ${item}`, 1);
  }
  assert.equal(outbox.dropped, 2);
  assert.deepEqual(outbox.take(100), [
    ...["vote b", "vote c", "vote d"],
    ...["batch a", "batch b", "batch c"],
  ]);
});

Deno.test("an outbox gives the most urgent first, in portions, at least one at a time", () => {
  const outbox = new Outbox<string>([100, 100, 100]);
  outbox.push(2, "batch", 50);
  outbox.push(1, "held", 1);
  outbox.push(0, "vote", 1);
  assert.deepEqual(outbox.take(2), ["vote", "held"]);
  assert.deepEqual(outbox.take(2), ["batch"]);
  assert.deepEqual(outbox.take(2), []);
});

Deno.test("next() waits for items of its class, gives them in portions, and ends when the outbox closes", async () => {
  const outbox = new Outbox<string>([10, 10, 10]);
  const next = [outbox.next(0, 2), outbox.next(1, 2)];
  for (const item of ["one", "two", "three"]) outbox.push(1, item, 1);
  assert.deepEqual(await next[1], ["one", "two"]);
  assert.deepEqual(await outbox.next(1, 2), ["three"]);
  outbox.close();
  assert.deepEqual(await next[0], []);
});

Deno.test("an inbox holds back the peer that sends too much, no other, and loses nothing", async () => {
  const inbox = new Inbox<string>();
  const put = (peer: string, of: Class, item: string, bytes: number) =>
    inbox.put(peer, of, item, bytes, 10);
  let isHeld = true;
  await put("a", 0, "a1", 6);
  const second = put("a", 0, "a2", 6).then(() => isHeld = false);
  await put("b", 0, "b1", 6);
  await put("a", 1, "a3", 1);
  assert.ok(isHeld);
  assert.deepEqual(await inbox.take(), ["a1", "a2", "b1", "a3"]);
  await second;
});

Deno.test("take() waits for something, and gives nothing once closed", async () => {
  const inbox = new Inbox<string>();
  const first = inbox.take();
  inbox.put("a", 2, "batch", 1, 1);
  assert.deepEqual(await first, ["batch"]);
  const last = inbox.take();
  inbox.close();
  assert.deepEqual(await last, []);
});

Deno.test("pauses between dials double up to their bound, with jitter, until it goes well", () => {
  const backoff = new Backoff(seededRandom(1));
  const pauses = Array.from({ length: 12 }, () => backoff.next());
  for (const [n, pause] of pauses.entries()) {
    const whole = Math.min(LIMITS.redialMsMax, LIMITS.redialMsMin * 2 ** n);
    assert.ok(pause >= whole / 2 && pause <= whole + 1, `${n}: ${pause}`);
  }
  backoff.reset();
  assert.ok(backoff.next() <= LIMITS.redialMsMin + 1);
});

Deno.test("an inbox gives items without bytes, several of one peer at once", async () => {
  const inbox = new Inbox<string>();
  for (const item of ["one", "two", "three"]) inbox.put("peer", 1, item, 0, 0);
  assert.deepEqual(await inbox.take(), ["one", "two", "three"]);
  inbox.put("peer", 1, "four", 0, 0);
  assert.deepEqual(await inbox.take(), ["four"]);
});
