import assert from "node:assert/strict";
import {
  type Parcel,
  type Random,
  Scheduler,
  seededRandom,
} from "../../platform/mod.ts";
import { type Carried, type LineQuality, WideLines } from "./lines.ts";

const QUALITY: LineQuality = {
  uplinkBytesPerMs: 1_000,
  lineBytesPerMs: 100,
  jitter: 0,
  loss: 0,
};

/** Lines of 50 ms, on which what is named "vote" is urgent. */
function world(quality: Partial<LineQuality> = {}, draws?: number[]) {
  const random = seededRandom("lines");
  const scheduler = new Scheduler(random);
  const seen: Record<string, number> = {};
  const carried: Carried[] = [];
  const lines = new WideLines({
    scheduler,
    random: draws ? drawing(draws) : random,
    quality: { ...QUALITY, ...quality },
    latencyMs: () => 50,
    urgencyOf: ({ name }) => name === "vote" ? 0 : 2,
    onCarried: (one) => carried.push(one),
  });
  const carry = (
    line: string,
    bytes: number,
    { name = "bulk", kind = "message" }: Partial<Parcel> = {},
  ) => {
    const [from, to] = line.split(">") as [string, string];
    const number = Object.keys(seen).length;
    const key = `${number} ${line}`;
    seen[key] = NaN;
    lines.carry(from, to, { kind, name, bytes }, () => {
      seen[key] = scheduler.now();
    });
  };
  const arrivals = async () => {
    await scheduler.run(10_000);
    return Object.values(seen).map((ms) => Number(ms.toFixed(6)));
  };
  return { scheduler, carry, arrivals, carried };
}

/** A random that draws these, and the largest thereafter. */
function drawing(draws: number[]): Random {
  return {
    bytes: () => assert.fail(),
    integer: (bound) => draws.shift() ?? bound - 1,
  };
}

Deno.test("a message of b bytes over r bytes a ms and d ms arrives after b / r + d, heads included", async () => {
  const { carry, arrivals, carried } = world();
  carry("a>b", 936); // With its head 1,000.
  assert.deepEqual(await arrivals(), [60]);
  assert.deepEqual(carried.map(({ bytes }) => bytes), [1_000]);
});

Deno.test("each packet has a head of its own", () => {
  const { carry, carried } = world();
  for (const bytes of [0, 1_200, 1_201, 12_000]) carry("a>b", bytes);
  assert.deepEqual(
    carried.map(({ bytes }) => bytes),
    [64, 1_264, 1_329, 12_640],
  );
});

Deno.test("messages share a line, lines share their sender's uplink, nobody shares with another sender", async () => {
  const { carry, arrivals } = world();
  carry("a>b", 936);
  carry("a>b", 936);
  carry("a>c", 936);
  carry("b>c", 936);
  // The third leaves the uplink 2 ms later, and has its line for itself.
  assert.deepEqual(await arrivals(), [60, 70, 62, 60]);
});

Deno.test("the uplink is what counts where it is narrower", async () => {
  const { carry, arrivals } = world({ uplinkBytesPerMs: 10 });
  carry("a>b", 936);
  carry("a>c", 936);
  assert.deepEqual(await arrivals(), [150, 250]);
});

Deno.test("a vote does not wait behind bulk", async () => {
  const { carry, arrivals } = world();
  carry("a>b", 100_000);
  carry("a>b", 36, { name: "vote" });
  assert.equal((await arrivals())[1], 51);
});

Deno.test("a loss costs a round trip and what is sent again", async () => {
  // Lost, arrived, jitter.
  const { carry, arrivals, carried } = world({ loss: 0.5 }, [0, 999_999, 0]);
  carry("a>b", 936);
  assert.deepEqual(await arrivals(), [20 + 3 * 50]);
  assert.deepEqual(carried.map(({ bytes }) => bytes), [2_000]);
});

Deno.test("what comes behind a loss on the same stream waits for it, a question does not", async () => {
  const draws = [0, 999_999, 0, 999_999, 0, 999_999, 0];
  const { carry, arrivals } = world({ loss: 0.5 }, draws);
  carry("a>b", 36);
  carry("a>b", 36);
  carry("a>b", 36, { kind: "question" });
  assert.deepEqual(await arrivals(), [152, 152, 54]);
});

Deno.test("as many packets are lost as the rate says; jitter stays within its part", async () => {
  const { carry, arrivals, carried } = world({
    ...{ loss: 0.1, jitter: 0.2, lineBytesPerMs: 1e9, uplinkBytesPerMs: 1e9 },
  });
  for (let n = 0; n < 2_000; n++) carry("a>b", 36, { kind: "question" });
  const late = (await arrivals()).filter((ms) => ms > 61);
  assert.ok(late.length > 150 && late.length < 250, `${late.length} were lost`);
  assert.ok(late.every((ms) => ms >= 150));
  const bytes = carried.reduce((sum, one) => sum + one.bytes, 0);
  assert.ok(bytes > 2_150 * 100 && bytes < 2_300 * 100, `${bytes} bytes`);
});
