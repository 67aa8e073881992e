import assert from "node:assert/strict";
import { RustoriumError } from "../errors/mod.ts";
import { systemClock } from "../platform/mod.ts";
import { ErrorCode } from "../proto/gen/rustorium/v1/error_pb.ts";
import { Flood } from "./flood.ts";
import { Stock } from "./stock.ts";

const CHUNK = 4;
const IN_FLIGHT_MAX = 20;
const BUSY_MS = 50;

/** Envelopes whose first byte is their number. */
function chunkOf(first: number) {
  const envelopes = new Uint8Array(CHUNK * 100);
  for (let n = 0; n < CHUNK; n++) envelopes[n * 100] = first + n;
  return { envelopes, transfers: CHUNK };
}

/** A node that answers each request with the codes of `answer`, or is busy. */
async function withNode(
  answer: (numbers: number[]) => number[] | "busy",
  test: (flood: Flood, requests: number[][], stock: Stock) => Promise<void>,
  { chunks = 2, rate, names = ["127.0.0.1"] }: {
    chunks?: number;
    rate?: number;
    /** Of the machine: so many nodes it seems to be. */
    names?: string[];
  } = {},
) {
  const requests: number[][] = [];
  const server = Deno.serve({ port: 0, onListen() {} }, async (request) => {
    const body = await request.bytes();
    const numbers = Array.from(
      { length: body.length / 100 },
      (_, n) => body[n * 100]!,
    );
    requests.push(numbers);
    const codes = answer(numbers);
    if (codes === "busy") {
      const error = { data: { retry_after_ms: BUSY_MS } };
      return Response.json({ error }, { status: 503 });
    }
    const ids = numbers.flatMap((number) => new Array(32).fill(number));
    const reply = new Uint8Array([
      ...ids,
      ...new Uint8Array(new Uint32Array(codes).buffer),
    ]);
    return new Response(reply);
  });
  const directory = await Deno.makeTempDir();
  const stock = await Stock.open(directory);
  try {
    for (let n = 0; n < chunks; n++) stock.add(chunkOf(n * CHUNK));
    const rpcs = names.map((name) => `http://${name}:${server.addr.port}`);
    const inFlightMax = IN_FLIGHT_MAX;
    const options = { clock: systemClock(), rpcs, stock, rate, inFlightMax };
    await test(new Flood(options), requests, stock);
  } finally {
    await stock.close();
    await Deno.remove(directory);
    await server.shutdown();
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const taken = (numbers: number[]) => numbers.map(() => 0);

Deno.test("the whole stock is submitted, with a sample of each request", () =>
  withNode(taken, async (flood, requests) => {
    await flood.all();
    assert.deepEqual(requests.flat().sort(), [0, 1, 2, 3, 4, 5, 6, 7]);
    assert.deepEqual([flood.taken, flood.bytes], [8, 800]);
    const sampled = flood.samples.all.map(({ id }) => id[0]! >> 2);
    assert.deepEqual(sampled.sort(), [0, 1]);
  }));

Deno.test("what a full mempool refused comes again, alone", () => {
  let first = true;
  const answer = (numbers: number[]) => {
    const full = first;
    first = false;
    return numbers.map((_, n) => full && n > 1 ? ErrorCode.MEMPOOL_FULL : 0);
  };
  return withNode(answer, async (flood, requests) => {
    await flood.all();
    assert.deepEqual(requests, [[0, 1, 2, 3], [2, 3]]);
    assert.equal(flood.samples.all.length, 1);
  }, { chunks: 1 });
});

Deno.test("a busy node is asked again when it said, and what it takes then counts from there", () => {
  let times = 0;
  return withNode(
    (numbers) => times++ === 0 ? "busy" : taken(numbers),
    async (flood, requests) => {
      const start = performance.now();
      await flood.all();
      assert.equal(requests.length, 2);
      const [sample] = flood.samples.all;
      assert.ok(sample!.submittedMs - start >= BUSY_MS - 1);
    },
    { chunks: 1 },
  );
});

Deno.test("a transfer that never gets in ends the load with its code", () =>
  withNode(
    (numbers) => numbers.map(() => ErrorCode.SIGNATURE_INVALID),
    async (flood) => {
      await assert.rejects(flood.all(), (error) => {
        assert.ok(error instanceof RustoriumError);
        return error.code === ErrorCode.SIGNATURE_INVALID;
      });
    },
  ));

Deno.test("no more is submitted than may be on its way, until blocks make room", () =>
  withNode(taken, async (flood) => {
    const end = new AbortController();
    const run = flood.until(end.signal);
    const until = async (taken: number) => {
      while (flood.taken < taken) await pause(5);
      // Time for one too many.
      await pause(50);
      assert.equal(flood.taken, taken);
    };
    await until(IN_FLIGHT_MAX);
    flood.committed(2 * CHUNK);
    await until(IN_FLIGHT_MAX + 2 * CHUNK);
    end.abort();
    await run;
  }, { chunks: 50 }));

Deno.test("what is put into the stock later is submitted as well", () =>
  withNode(taken, async (flood, requests, stock) => {
    const end = new AbortController();
    const run = flood.until(end.signal);
    while (flood.taken < CHUNK) await pause(5);
    stock.add(chunkOf(100));
    flood.stocked();
    while (flood.taken < 2 * CHUNK) await pause(5);
    end.abort();
    await run;
    assert.deepEqual(requests[1], [100, 101, 102, 103]);
  }, { chunks: 1 }));

Deno.test("at a rate transfers go out no faster than that", () =>
  withNode(taken, async (flood) => {
    const start = performance.now();
    await flood.all();
    const tookMs = performance.now() - start;
    assert.ok(tookMs >= 90, `${tookMs}`);
  }, { chunks: 5, rate: 200 }));

Deno.test("at a rate a transfer counts from when it was due, however late it goes out", () =>
  withNode(taken, async (flood) => {
    const end = new AbortController();
    const run = flood.until(end.signal);
    // Full after five requests; then nothing is final for a while.
    while (flood.taken < IN_FLIGHT_MAX) await pause(5);
    await pause(200);
    flood.committed(IN_FLIGHT_MAX);
    while (flood.taken < 2 * IN_FLIGHT_MAX) await pause(5);
    end.abort();
    await run;
    // Answers may overtake each other.
    const times = flood.samples.all.map(({ submittedMs }) => submittedMs)
      .toSorted((one, other) => one - other);
    const gaps = times.slice(1).map((time, n) => time - times[n]!);
    assert.ok(gaps.every((gap) => Math.abs(gap - 20) < 0.01), `${gaps}`);
    assert.ok(flood.takeLateMs() >= 90);
    assert.equal(flood.takeLateMs(), 0);
  }, { chunks: 50, rate: 200 }));

Deno.test("time without anything signed to send is counted, time in which nodes are full is not", () =>
  withNode(taken, async (flood, _, stock) => {
    const end = new AbortController();
    const run = flood.until(end.signal);
    while (flood.taken < CHUNK) await pause(5);
    await pause(100);
    const starvedMs = flood.starvedMs;
    assert.ok(starvedMs >= 50, `${starvedMs}`);
    for (let n = 0; n < 10; n++) stock.add(chunkOf(n));
    flood.stocked();
    while (flood.taken < IN_FLIGHT_MAX) await pause(5);
    const full = flood.starvedMs;
    await pause(100);
    assert.equal(flood.starvedMs, full);
    end.abort();
    await run;
  }, { chunks: 1 }));

Deno.test("nothing overtakes what a busy node has not taken", () => {
  const last = 4 * CHUNK;
  let refused = 0;
  let isTaken = false;
  return withNode(
    ([first]) => {
      if (first === 0 && refused++ < 3) return "busy";
      isTaken ||= first === 0;
      assert.ok(first !== last || isTaken);
      return new Array(CHUNK).fill(0);
    },
    async (flood, requests) => {
      await flood.all();
      assert.equal(requests.at(-1)![0], last);
      assert.equal(requests.length, 5 + 3);
    },
    { chunks: 5, names: ["127.0.0.1", "localhost"] },
  );
});
