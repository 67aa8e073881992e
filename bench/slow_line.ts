/**
 * What peers have of a line with a round trip of 50 ms that loses one datagram
 * in a hundred: `deno run -A bench/slow_line.ts`. Real QUIC through a UDP proxy.
 * Prints one JSON object: bytes of bulk per second with cubic and with BBR,
 * milliseconds that votes take beside fifty bulk streams (19 of 20 take less),
 * and those until the first answer, with a whole handshake and with an early one.
 */
import { median, percentiles } from "../src/percentile/mod.ts";
import type { Congestion } from "../tests/support/planes.ts";
import {
  bulkRate,
  firstReplies,
  LINE,
  RTT_MS,
  votesBesideBulk,
} from "../tests/support/slow_line_figures.ts";

/** The middle one of so many runs is printed. */
const RUNS = 3;
const ANSWERS = 9;

async function middle(measure: () => Promise<number>): Promise<number> {
  const figures: number[] = [];
  for (let run = 0; run < RUNS; run++) figures.push(await measure());
  return Math.round(median(figures));
}

async function figuresOf(congestion: Congestion) {
  const votes = async () =>
    percentiles((await votesBesideBulk(congestion)).value).p95;
  const bulk = async () => (await bulkRate(congestion)).value;
  return {
    bulk_bytes_per_s: await middle(bulk),
    vote_p95_ms: await middle(votes),
  };
}

const { full, early } = (await firstReplies(ANSWERS)).value;
console.log(JSON.stringify({
  rtt_ms: RTT_MS,
  loss: LINE.loss,
  cubic: await figuresOf("cubic"),
  bbr: await figuresOf("bbr"),
  first_answer_ms: {
    full: Math.round(median(full)),
    early: Math.round(median(early)),
  },
}));
