/** Two data planes, one of which has two addresses, each behind a line of its own. */
import assert from "node:assert/strict";
import { viewOf } from "../../src/bytes/mod.ts";
import { bytesOf } from "../../src/network/data/types.ts";
import { namedFrame } from "../../src/network/frames.ts";
import { idOf, openPlane, type TestPlane } from "../support/planes.ts";
import {
  type LineOptions,
  openLine,
  type SlowLine,
} from "../support/slow_line.ts";
import { pause, until } from "../support/wait.ts";

const HOSTS = ["127.0.0.1", "127.0.0.2"];
const UP_MS_MAX = 15_000;
const TRIES = 3;

const RATE = 1_500_000;
const BULK_BYTES = 64 << 10;

type LineOf = Omit<LineOptions, "to" | "host" | "port">;

/** What came, by channel: numbers in the order of their coming, with the time of each. */
function heardBy({ plane }: TestPlane) {
  const heard: { channel: string; number: number; atMs: number }[] = [];
  plane.onIncoming((items) => {
    for (const item of items) {
      if (item.kind === "message") {
        const number = viewOf(item.body).getUint32(0, true);
        const { channel } = item;
        heard.push({ channel, number, atMs: performance.now() });
      } else if (item.topic === "chunk") {
        plane.answer(item.id, new Uint8Array(BULK_BYTES));
      } else plane.answer(item.id, item.body);
      plane.took(bytesOf(item));
    }
  });
  return heard;
}

/** The first plane dials the second one by each of the lines. */
async function openPair(...lineOptions: LineOf[]) {
  // Of two the one with the lesser id dials at once.
  const [first, second] = [1, 2].sort((one, other) =>
    idOf(one) < idOf(other) ? -1 : 1
  );
  const near = await openPlane(first!);
  const far = await openPlane(second!);
  const lines: SlowLine[] = [];
  for (const [n, options] of lineOptions.entries()) {
    lines.push(
      await openLine({
        ...{ ...options, to: far.port, host: HOSTS[n]! },
        port: lines[0]?.port ?? 0,
      }),
    );
  }
  const hosts = HOSTS.slice(0, lines.length);
  const heard = heardBy(far);
  await near.plane.know((await far.recordVia(lines[0]!.port, hosts)).signed);
  const pathsOf = async ({ plane }: TestPlane) =>
    (await plane.peers())[0]?.paths ?? [];
  const areUp = async (count: number) => {
    for (const plane of [near, far]) {
      const good = (await pathsOf(plane)).filter(({ isLate, rttMs }) =>
        !isLate && rttMs !== undefined
      );
      if (good.length !== count) return false;
    }
    return true;
  };
  await until("paths", UP_MS_MAX, () => areUp(lines.length));
  return {
    ...{ near, far, lines, heard, areUp },
    pathsOf,
    send(of: 0 | 2, number: number, bytes: number) {
      const body = new Uint8Array(bytes);
      viewOf(body).setUint32(0, number, true);
      const frame = namedFrame(of === 0 ? "vote" : "batch", body);
      near.plane.send({ to: [far.id], of, frame });
    },
    async close() {
      await near.plane.stop();
      await far.plane.stop();
      for (const line of lines) line.close();
    },
  };
}

const numbersOf = (heard: { number: number }[]) =>
  heard.map(({ number }) => number).toSorted((one, other) => one - other);
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

Deno.test("votes come by the nearer of two paths, each once, and by the other one when it is cut", async () => {
  const VOTES = 40;
  const { lines, heard, send, areUp, close } = await openPair(
    { delayMs: 150 },
    { delayMs: 10 },
  );
  try {
    const sentMs: number[] = [];
    for (let vote = 0; vote < VOTES; vote++) {
      sentMs.push(performance.now());
      send(0, vote, 200);
      await pause(20);
    }
    await until("votes", 5_000, () => Promise.resolve(heard.length >= VOTES));
    const took = heard.map(({ number, atMs }) => atMs - sentMs[number]!)
      .toSorted((one, other) => one - other);
    const median = took[VOTES / 2]!;
    console.log(`votes ${Math.round(median)} ms, the paths take 150 and 10`);
    assert.ok(median < 75, `${took.map(Math.round)} ms`);
    await lines[1]!.cut(true);
    const cutMs = performance.now();
    send(0, VOTES, 200);
    await until("vote", 5_000, () => Promise.resolve(heard.length > VOTES));
    const afterCut = heard[VOTES]!.atMs - cutMs;
    assert.ok(afterCut < 1_000, `${afterCut} ms: nobody knows of the cut yet`);
    await pause(500);
    assert.deepEqual(numbersOf(heard), upTo(VOTES + 1));
    assert.ok(await areUp(2));
  } finally {
    await close();
  }
});

const COUNT = 96;

type Pair = Awaited<ReturnType<typeof openPair>>;

async function messages({ heard, send }: Pair): Promise<void> {
  for (let n = 0; n < COUNT; n++) send(2, n, BULK_BYTES);
  await until("bulk", 30_000, () => Promise.resolve(heard.length >= COUNT));
  assert.deepEqual(numbersOf(heard), upTo(COUNT));
}

/** Eight at a time. */
async function answers({ near, far }: Pair): Promise<void> {
  let asked = 0;
  const ask = async () => {
    while (asked++ < COUNT) {
      await near.plane.request(far.id, "chunk", new Uint8Array(), 30_000);
    }
  };
  await Promise.all(upTo(8).map(ask));
}

/** Bytes per second over lines that carry so much each. */
async function rateOf(
  transfer: (pair: Pair) => Promise<void>,
  lines: number,
): Promise<number> {
  const capped = { delayMs: 20, bytesPerSecond: RATE };
  const pair = await openPair(...upTo(lines).map(() => capped));
  try {
    const startMs = performance.now();
    await transfer(pair);
    return 1_000 * COUNT * BULK_BYTES / (performance.now() - startMs);
  } finally {
    await pair.close();
  }
}

for (const transfer of [messages, answers]) {
  Deno.test(`two paths of equal rate carry at least 1.6 times what one does: ${transfer.name}`, async () => {
    const gains: number[] = [];
    // A machine that is busy with other things makes both slower.
    while (gains.length < TRIES && Math.max(0, ...gains) < 1.6) {
      const one = await rateOf(transfer, 1);
      const two = await rateOf(transfer, 2);
      console.log(`bytes/s: one ${Math.round(one)}, two ${Math.round(two)}`);
      gains.push(two / one);
    }
    assert.ok(Math.max(...gains) >= 1.6, `${gains}`);
  });
}

Deno.test("a path that is cut amid a transfer loses nothing and doubles nothing; it comes back and is used again", async () => {
  const COUNT = 160;
  const capped = { delayMs: 20, bytesPerSecond: RATE };
  const { near, far, lines, heard, send, areUp, pathsOf, close } =
    await openPair(capped, capped);
  try {
    for (let n = 0; n < COUNT; n++) send(2, n, BULK_BYTES);
    await until(
      "half",
      20_000,
      () => Promise.resolve(heard.length > COUNT / 4),
    );
    await lines[0]!.cut(true);
    const before = heard.length;
    // Questions that change nothing go on; some may have begun on the path that is lost.
    const answers = upTo(8).map((n) =>
      near.plane.request(far.id, "status", Uint8Array.of(n), 15_000)
    );
    await until("all", 30_000, () => Promise.resolve(heard.length >= COUNT));
    assert.ok(before < COUNT, "the cut came too late");
    assert.deepEqual(
      (await Promise.all(answers)).map(([n]) => n),
      upTo(8),
    );
    await until("loss", 15_000, async () => (await pathsOf(near)).length === 1);
    await pause(500);
    assert.deepEqual(numbersOf(heard), upTo(COUNT));
    await lines[0]!.cut(false);
    await until("return", 40_000, () => areUp(2));
    await lines[1]!.cut(true);
    send(0, COUNT, 200);
    await until("vote", 1_200, () => Promise.resolve(heard.length > COUNT));
    assert.deepEqual(numbersOf(heard), upTo(COUNT + 1));
  } finally {
    await close();
  }
});
