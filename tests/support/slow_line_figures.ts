/** What the data plane does on a line of 50 ms round trip that loses one datagram in a hundred: for tests and for `bench/slow_line.ts`. */
import assert from "node:assert/strict";
import type { Endpoint } from "../../src/network/data/endpoint.ts";
import type { Link } from "../../src/network/data/link.ts";
import { bytesOf } from "../../src/network/data/types.ts";
import { ask } from "../../src/network/exchange.ts";
import { namedFrame } from "../../src/network/frames.ts";
import type { KnownRecord } from "../../src/network/record.ts";
import { type Timed, timed } from "./lag.ts";
import {
  type Congestion,
  idOf,
  openDialer,
  openPlane,
  stateOf,
} from "./planes.ts";
import { openLine } from "./slow_line.ts";
import { pause, until } from "./wait.ts";

export const RTT_MS = 50;
export const LINE = { delayMs: RTT_MS / 2, loss: 0.01 };
export const UP_MS_MAX = 60_000;
const NOTHING = new Uint8Array();

/** Two planes; the first one dials the second over the line. */
export async function openPair(
  { congestion = "bbr" as Congestion, bytesPerSecond = Infinity } = {},
) {
  // Of two the one with the lesser id dials at once.
  const [first, second] = [1, 2].sort((one, other) =>
    idOf(one) < idOf(other) ? -1 : 1
  );
  const near = await openPlane(first!, congestion);
  const far = await openPlane(second!, congestion);
  const line = await openLine({
    ...LINE,
    ...{ to: far.port, bytesPerSecond },
  });
  await near.plane.know((await far.recordVia(line.port)).signed);
  const isUp = async () =>
    await stateOf(near, far.id) === "up" &&
    await stateOf(far, near.id) === "up";
  await until("connection", UP_MS_MAX, isUp);
  return {
    ...{ near, far, line, isUp },
    async close() {
      await near.plane.stop();
      await far.plane.stop();
      line.close();
    },
  };
}

/** Bytes per second of bulk from one plane to the other. */
export async function bulkRate(
  congestion: Congestion,
): Promise<Timed<number>> {
  /** Some seconds of either: a stall weighs little. */
  const BYTES = (congestion === "bbr" ? 12 : 3) << 20;
  const MESSAGE_BYTES = 64 << 10;
  const { near, far, line, close } = await openPair({ congestion });
  try {
    let [received, endMs] = [0, 0];
    far.plane.onIncoming((items) => {
      for (const item of items) {
        received += item.body.length;
        far.plane.took(bytesOf(item));
      }
      endMs = performance.now();
    });
    const frame = namedFrame("batch", new Uint8Array(MESSAGE_BYTES));
    return await timed([line], async () => {
      const startMs = performance.now();
      for (let sent = 0; sent < BYTES; sent += MESSAGE_BYTES) {
        near.plane.send({ to: [far.id], of: 2, frame });
      }
      await until("bulk", 120_000, () => Promise.resolve(received >= BYTES));
      return BYTES * 1_000 / (endMs - startMs);
    });
  } finally {
    await close();
  }
}

/** Milliseconds that votes take, the shortest first, beside bulk streams that have enough to send all the while. */
export async function votesBesideBulk(
  congestion: Congestion,
): Promise<Timed<number[]>> {
  const STREAMS = 50;
  const VOTES = 40;
  /** All of them together are what one peer may have. */
  const BULK = new Uint8Array(1 << 19);
  /** As often as there is a block. */
  const EVERY_MS = 50;
  const { near, far, line, close } = await openPair({ congestion });
  try {
    const sentMs: number[] = [];
    const tookMs: number[] = [];
    far.plane.onIncoming((items) => {
      for (const item of items) {
        if (item.kind === "request") far.plane.answer(item.id, BULK);
        far.plane.took(bytesOf(item));
      }
    });
    near.plane.onIncoming((items) => {
      for (const item of items) {
        if (item.kind === "message") {
          tookMs.push(performance.now() - sentMs[item.body[0]!]!);
        }
        near.plane.took(bytesOf(item));
      }
    });
    let isOver = false;
    const ask = () => near.plane.request(far.id, "block", NOTHING, 60_000);
    const bulk = Array.from({ length: STREAMS }, async () => {
      while (!isOver) await ask();
    });
    const ended = Promise.all(bulk).then(() => assert.fail("no bulk"));
    const voting = timed([line], async () => {
      await pause(4 * RTT_MS);
      for (let vote = 0; vote < VOTES; vote++) {
        sentMs.push(performance.now());
        const frame = namedFrame("vote", new Uint8Array(200).fill(vote));
        far.plane.send({ to: [near.id], of: 0, frame });
        await pause(EVERY_MS);
      }
      await until(
        "votes",
        30_000,
        () => Promise.resolve(tookMs.length === VOTES),
      );
    });
    const { lagMs } = await Promise.race([voting, ended]);
    isOver = true;
    await far.plane.stop();
    await Promise.allSettled(bulk);
    return { value: tookMs.toSorted((one, other) => one - other), lagMs };
  } finally {
    await close();
  }
}

/** Milliseconds until the first answer on a new connection, and whether it came early. */
export async function firstReply(dialer: Endpoint, record: KnownRecord) {
  const start = performance.now();
  const question = async (link: Link) => {
    await ask(await link.openRequest(0), "ping", NOTHING);
    return performance.now() - start;
  };
  let early: Promise<number> | undefined;
  const link = await dialer.dial(
    record,
    record.hosts[0]!,
    (one) => early = question(one),
  );
  const isEarly = early !== undefined;
  const ms = await (early ?? question(link));
  link.close(0, "done");
  return { ms, isEarly };
}

/** Milliseconds until the first answer: with a whole handshake, and of those who were here before. @throws AssertionError when that was not early. */
export async function firstReplies(
  rounds: number,
): Promise<Timed<{ full: number[]; early: number[] }>> {
  const far = await openPlane(1);
  const line = await openLine({ ...LINE, to: far.port });
  const full: number[] = [];
  const early: number[] = [];
  try {
    const record = await far.recordVia(line.port);
    return await timed([line], async () => {
      for (let round = 0; round < rounds; round++) {
        const dialer = await openDialer(2 + round);
        try {
          for (const times of [full, early]) {
            const { ms, isEarly } = await firstReply(dialer, record);
            assert.equal(isEarly, times === early, `round ${round}`);
            times.push(ms);
            await pause(3 * RTT_MS);
          }
        } finally {
          dialer.close();
        }
      }
      return { full, early };
    });
  } finally {
    await far.plane.stop();
    line.close();
  }
}
