import assert from "node:assert/strict";
import { ErrorCode } from "../../errors/mod.ts";
import type { Executor } from "../../execution/types.ts";
import {
  type Finding,
  Scheduler,
  seededRandom,
  simClock,
  SimNetwork,
} from "../../platform/mod.ts";
import { core, type LineQuality, WideLines } from "../../simulation/mod.ts";
import { Topic } from "../channel.ts";
import { type MadeBatch, makeBatch } from "../testing/batch.ts";
import {
  fetching,
  MIB_OF,
  serving,
  throttled,
  type Twist,
} from "../testing/fetching.ts";
import { serve } from "./outline.ts";

const genesisHash = new Uint8Array(32).fill(1);
const LATENCY_MS = 20;
/** Of each node, 40 Mbit/s. */
const UPLINK_BYTES_PER_MS = 5_000;
/** A peer of which nothing is known is late after so long. */
const CHUNK_TIMEOUT_MS = 1_000;

/** Batches of a MiB. */
const BATCHES = Array.from(
  { length: 64 },
  (_, at) => makeBatch(core, genesisHash, at + 1, MIB_OF),
);

interface WorldOptions {
  /** What the peers do; how many there are. */
  twists: readonly (Twist | undefined)[];
  batches?: readonly MadeBatch[];
  quality?: Partial<LineQuality>;
  latencyMs?: (peer: string) => number;
  /** What the node finds wrong with batches; nothing. */
  check?: Executor["checkBatch"];
}

/** A node that lacks what all its peers have. */
function world({ twists, batches = BATCHES, ...rest }: WorldOptions) {
  const random = seededRandom("fetcher");
  const scheduler = new Scheduler(random);
  const { quality, latencyMs = () => LATENCY_MS, check } = rest;
  const lines = new WideLines({
    ...{ scheduler, random, urgencyOf: () => 2 as const },
    quality: {
      uplinkBytesPerMs: UPLINK_BYTES_PER_MS,
      lineBytesPerMs: 1_000_000,
      ...{ jitter: 0, loss: 0 },
      ...quality,
    },
    latencyMs: (from, to) => latencyMs(from === "node" ? to : from),
  });
  const network = new SimNetwork(scheduler, random, {}, lines);
  const peers = twists.map((twist, at) => {
    const peer = network.join(`peer${at}`);
    return serving(core, peer, batches, twist);
  });
  const findings: [peer: string, finding: Finding][] = [];
  const own = Object.assign(network.join("node"), {
    rate: (peer: string, finding: Finding) =>
      void findings.push([peer, finding]),
  });
  const clock = simClock(scheduler);
  const node = fetching(core, genesisHash, clock, own, check);
  return {
    ...{ scheduler, network, node, findings, clock },
    asked: () => peers.map((peer) => peer.asked()),
    /** How long it takes to get all, in virtual time. */
    async run(limitMs = 120_000) {
      let isOver = false;
      const sinceMs = scheduler.now();
      const got = node.all(batches).then((all) => {
        isOver = true;
        return all;
      });
      assert.ok(
        await scheduler.runUntil(() => isOver, limitMs),
        "not in time",
      );
      for (const [at, batch] of (await got).entries()) {
        assert.deepEqual(batch, batches[at]!.batch);
      }
      assert.equal(node.kept.size, batches.length);
      return scheduler.now() - sinceMs;
    },
  };
}

const honest = (count: number): undefined[] => Array(count).fill(undefined);

/** Gives outlines and some chunks, then nothing any more. */
function stalling(chunks: number): Twist {
  let given = 0;
  return (topic, answer) => (from, body) =>
    topic === Topic.chunk && given++ >= chunks
      ? new Promise(() => {})
      : answer(from, body);
}

/** Changes a byte of each chunk. */
const lying: Twist = (topic, answer) => async (from, body) => {
  const bytes = (await answer(from, body)).slice();
  if (topic === Topic.chunk) bytes[bytes.length >> 1]! ^= 1;
  return bytes;
};

Deno.test("64 MiB come from three peers more than twice as fast as from one, each at the same rate", async () => {
  const one = await world({ twists: honest(1) }).run();
  const three = world({ twists: honest(3) });
  const ms = await three.run();
  // One is as fast as its line allows: 64 MiB and the heads at 5 MB/s.
  assert.ok(one < 16_000, `${one} ms from one`);
  assert.ok(2.5 * ms < one, `${ms} ms from three, ${one} ms from one`);
  const asked = three.asked();
  const total = asked.reduce((sum, count) => sum + count, 0);
  for (const count of asked) {
    assert.ok(count > 0.3 * total && count < 0.37 * total, `${asked}`);
  }
});

Deno.test("a peer that stalls costs one chunk time-out at most, whenever it does", async () => {
  const batches = BATCHES.slice(0, 24);
  const two = await world({ twists: honest(2), batches }).run();
  for (const chunks of [0, 1, 7, 40]) {
    const stalled = world({
      twists: [stalling(chunks), ...honest(2)],
      batches,
    });
    const ms = await stalled.run();
    assert.ok(
      ms < two + CHUNK_TIMEOUT_MS,
      `${ms} ms with one that stalls after ${chunks}, ${two} ms without it`,
    );
  }
});

Deno.test("a peer that stalls at the very end costs one chunk time-out at most", async () => {
  const batches = BATCHES.slice(0, 4);
  const three = await world({ twists: honest(3), batches }).run();
  const stalled = world({ twists: [stalling(10), ...honest(2)], batches });
  const ms = await stalled.run();
  assert.ok(ms < 1.5 * three + CHUNK_TIMEOUT_MS, `${ms} ms, ${three} ms`);
});

Deno.test("a peer that lies is found out by its first chunk, costs no time-out, and loses score", async () => {
  const batches = BATCHES.slice(0, 24);
  const two = await world({ twists: honest(2), batches }).run();
  const lied = world({ twists: [lying, ...honest(2)], batches });
  const ms = await lied.run();
  assert.ok(ms < two + 500, `${ms} ms with a liar, ${two} ms without it`);
  assert.ok(lied.findings.length > 0);
  for (const finding of lied.findings) {
    assert.deepEqual(finding, ["peer0", "invalid"]);
  }
  // What it was asked for before the first answer came.
  assert.ok(lied.asked()[0]! <= 2, `${lied.asked()}`);
});

Deno.test("a slow peer gets as much to do as it can take, and holds nobody up", async () => {
  const batches = BATCHES.slice(0, 48);
  const one = await world({ twists: honest(1), batches }).run();
  const slow: Twist = (topic, answer) => {
    let own: ReturnType<Twist> | undefined;
    return (...asked) => {
      own ??= throttled(mixed.clock, UPLINK_BYTES_PER_MS / 5)(topic, answer);
      return own(...asked);
    };
  };
  const mixed = world({ twists: [slow, undefined], batches });
  const ms = await mixed.run();
  // Together they have 6 fifths of what one has.
  assert.ok(ms < 0.95 * one, `${ms} ms, ${one} ms from the fast one alone`);
  const [few, many] = mixed.asked() as [number, number];
  assert.ok(few > 20 && 3 * few < many, `${few} and ${many}`);
});

Deno.test("a far peer has more in flight than a near one, and both are kept busy", async () => {
  const batches = BATCHES.slice(0, 32);
  const far = world({
    twists: honest(2),
    batches,
    latencyMs: (peer) => peer === "peer0" ? 150 : 5,
  });
  const ms = await far.run();
  const [first, second] = far.asked() as [number, number];
  assert.ok(first > 0.5 * second, `${first} of the far, ${second}`);
  const least = batches.length * (1 << 20) / UPLINK_BYTES_PER_MS / 2;
  assert.ok(ms < 1.35 * least + 600, `${ms} ms, at least ${least}`);
});

Deno.test("packets that are lost delay, and prevent nothing", async () => {
  const batches = BATCHES.slice(0, 16);
  await world({
    twists: honest(3),
    batches,
    quality: { loss: 0.02, jitter: 0.3 },
  }).run();
});

Deno.test("what nobody has yet is got as soon as somebody has it; whoever gives up is not kept", async () => {
  const batches = BATCHES.slice(0, 2);
  const nobody = world({ twists: honest(2), batches: [] });
  const aborter = new AbortController();
  const failing = assert.rejects(
    nobody.node.all(batches, aborter.signal),
    /enough/,
  );
  let isOver = false;
  const all = nobody.node.all(batches).then(() => isOver = true);
  await nobody.scheduler.run(2_000);
  aborter.abort(new Error("enough"));
  await failing;
  assert.equal(isOver, false);
  serving(core, nobody.network.join("late"), batches);
  assert.ok(await nobody.scheduler.runUntil(() => isOver, 5_000));
  await all;
});

Deno.test("a batch that is not valid although each of its chunks is right is its author's fault, and got once", async () => {
  const batches = BATCHES.slice(0, 1);
  const [{ digest, batch }] = batches as [MadeBatch];
  const spoiled = world({
    ...{ twists: honest(2), batches },
    check: () =>
      Promise.resolve({ code: ErrorCode.BATCH_MISMATCH, isAuthors: false }),
  });
  let got: unknown;
  const all = spoiled.node.all(batches).then((found) => got = found);
  await spoiled.scheduler.run(10_000);
  assert.deepEqual(got, [undefined]);
  await all;
  assert.ok(spoiled.node.refused.has(digest));
  const [one, other] = spoiled.asked() as [number, number];
  assert.equal(one + other, serve(core, batch).chunks.length);
  assert.deepEqual(spoiled.findings, []);
});

Deno.test("of a batch that is too late for a block no chunk is asked for", async () => {
  const batches = BATCHES.slice(0, 1);
  const { node, scheduler, asked } = world({ twists: honest(2), batches });
  const aborter = new AbortController();
  const late = node.fetcher.fetch(batches[0]!.digest, {
    ...{ from: undefined, height: 101n, signal: aborter.signal },
  }).catch((error) => error);
  await scheduler.run(2_000);
  assert.deepEqual(asked(), [0, 0]);
  const over = new Error("over");
  aborter.abort(over);
  assert.equal(await late, over);
});

Deno.test("one seed, one way", async () => {
  const batches = BATCHES.slice(0, 8);
  const runs = [];
  for (let run = 0; run < 2; run++) {
    const one = world({
      twists: [stalling(5), lying, ...honest(2)],
      batches,
      quality: { loss: 0.01, jitter: 0.2 },
    });
    runs.push([await one.run(), one.asked(), one.findings]);
  }
  assert.deepEqual(runs[0], runs[1]);
});
