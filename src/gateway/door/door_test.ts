import assert from "node:assert/strict";
import { ErrorCode } from "../../errors/mod.ts";
import { collectingLog } from "../../platform/mod.ts";
import { LIMITS } from "../limits.ts";
import { handClock } from "../testing/hand_clock.ts";
import { Door } from "./door.ts";
import type { Source } from "./source.ts";

const ENVELOPE = 100;
const GOOD = 0;
const BAD = 1;
const source: Source = { address: "192.0.2.1", connection: "192.0.2.1 1" };

/** Envelopes without a body; the first byte says whether the signature is good. */
function envelopes(...kinds: number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(kinds.length * ENVELOPE);
  kinds.forEach((kind, at) => bytes[at * ENVELOPE] = kind);
  return bytes;
}

/** A door before an executor that notes how many envelopes each call had. */
function setUp(limits: Partial<typeof LIMITS> = {}) {
  const calls: number[] = [];
  const clock = handClock();
  let failure: Error | undefined;
  const door = new Door({
    clock,
    log: collectingLog(),
    limits: { ...LIMITS, ...limits },
    executor: {
      submit(bytes) {
        const count = bytes.length / ENVELOPE;
        calls.push(count);
        if (failure) return Promise.reject(failure);
        const codes = Uint32Array.from(
          { length: count },
          (_, at) =>
            bytes[at * ENVELOPE] === BAD ? ErrorCode.SIGNATURE_INVALID : 0,
        );
        return Promise.resolve({ ids: new Uint8Array(count * 32), codes });
      },
    },
  });
  const submit = (...kinds: number[]) =>
    door.submit({
      source,
      envelopes: envelopes(...kinds),
      count: kinds.length,
    });
  const fail = (error: Error) => failure = error;
  return { door, submit, calls, clock, fail };
}

const many = (kind: number, count: number) => new Array(count).fill(kind);

Deno.test("of a stranger more and more is looked at, then all at once", async () => {
  const { submit, calls } = setUp();
  const { codes } = await submit(...many(GOOD, 1_000));
  assert.ok(codes.length === 1_000 && codes.every((code) => code === 0));
  assert.deepEqual(calls, [256, 744]);
  await submit(...many(GOOD, 1_000));
  assert.deepEqual(calls.slice(2), [1_000]);
});

Deno.test("nothing of a stranger is looked at behind too many bad signatures, nor of what it sends next", async () => {
  const { submit, calls, clock } = setUp();
  const { codes } = await submit(...many(GOOD, 200), ...many(BAD, 800));
  assert.deepEqual(calls, [256]);
  assert.deepEqual(
    [codes[199], codes[200], codes[255], codes[256], codes[999]],
    [
      0,
      ErrorCode.SIGNATURE_INVALID,
      ErrorCode.SIGNATURE_INVALID,
      ErrorCode.SOURCE_BLOCKED,
      ErrorCode.SOURCE_BLOCKED,
    ],
  );
  await assert.rejects(submit(GOOD), { codeName: "SOURCE_BLOCKED" });
  assert.equal(calls.length, 1);
  clock.pass(2_000);
  assert.deepEqual([...(await submit(GOOD)).codes], [0]);
});

Deno.test("what was admitted before a failure is told", async () => {
  const { submit, fail, calls } = setUp();
  const answer = submit(...many(GOOD, 800));
  fail(new Error("broken"));
  const { codes } = await answer;
  assert.deepEqual(calls, [256, 544]);
  assert.deepEqual([codes[255], codes[256], codes[799]], [
    0,
    ErrorCode.RPC_INTERNAL,
    ErrorCode.RPC_INTERNAL,
  ]);
  await assert.rejects(submit(GOOD), /broken/);
});

Deno.test("what is on its way waits, what was refused does not", async () => {
  const { door, submit } = setUp();
  const first = submit(GOOD, GOOD, BAD);
  assert.equal(door.backlog.waiting, 3);
  await first;
  assert.equal(door.backlog.waiting, 2);
});

Deno.test("with too much waiting nothing more comes in", async () => {
  const { submit, calls } = setUp({ backlogBurst: 2 as never });
  await submit(GOOD, GOOD, GOOD);
  await assert.rejects(submit(GOOD), { codeName: "RPC_BUSY" });
  assert.equal(calls.length, 1);
});

Deno.test("no more bytes are read at one time than there is room for", async () => {
  const { door } = setUp({ submitBytesInFlightMax: 10 as never });
  const { promise, resolve } = Promise.withResolvers<void>();
  const first = door.reserve(6, () => promise);
  const codeName = "RPC_BUSY";
  await assert.rejects(door.reserve(5, () => promise), { codeName });
  await door.reserve(4, () => Promise.resolve());
  resolve();
  await first;
  await door.reserve(10, () => Promise.resolve());
});
