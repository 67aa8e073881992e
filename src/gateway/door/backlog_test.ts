import assert from "node:assert/strict";
import { handClock } from "../testing/hand_clock.ts";
import { Backlog } from "./backlog.ts";

const BURST = 20_000;
const WAIT_MS_MAX = 600;

function setUp() {
  const clock = handClock();
  const options = { clock, waitMsMax: WAIT_MS_MAX, burst: BURST };
  const backlog = new Backlog(options);
  let taken = 0;
  /** After blocks that took so many. */
  const look = (
    { takeable, took = 0, blocks = 1, lagMs = 0 }: {
      takeable: number;
      took?: number;
      blocks?: number;
      lagMs?: number;
    },
  ) => {
    taken += took;
    backlog.look({ takeable, taken, blocks, lagMs });
  };
  const arrive = (transactions: number) => {
    backlog.enter(transactions);
    backlog.settle(transactions, transactions);
  };
  return { clock, backlog, look, arrive };
}

/** When to come back; 0 where there is room. */
function busyMs(backlog: Backlog, transactions = 0): number {
  try {
    backlog.check(transactions);
    return 0;
  } catch (thrown) {
    assert.equal((thrown as { codeName: string }).codeName, "RPC_BUSY");
    return (thrown as { retryAfterMs: number }).retryAfterMs;
  }
}

/** Clients that send as much as is taken, and blocks that take `each` of it. */
function saturate(
  { clock, backlog, look, arrive }: ReturnType<typeof setUp>,
  { blocks, blockMs, each, chunk = 100 }: {
    blocks: number;
    blockMs: number;
    each: number;
    chunk?: number;
  },
): void {
  let waiting = backlog.waiting;
  for (let block = 0; block < blocks; block++) {
    while (busyMs(backlog) === 0) {
      arrive(chunk);
      waiting += chunk;
    }
    clock.pass(blockMs);
    const took = Math.min(waiting, each);
    waiting -= took;
    look({ takeable: waiting, took });
  }
}

Deno.test("a burst is taken while nothing is known, and no more than that without a block", () => {
  const { clock, backlog } = setUp();
  backlog.enter(10_000);
  backlog.settle(10_000, 10_000);
  assert.equal(busyMs(backlog), 0);
  backlog.enter(10_000);
  assert.equal(busyMs(backlog), 1_000, "on their way they count already");
  backlog.settle(10_000, 9_000);
  assert.equal(busyMs(backlog), 0);
  backlog.settle(0, 1_000);
  clock.pass(3_600_000);
  assert.equal(busyMs(backlog), 1_000, "the chain stands still");
});

Deno.test("under load as much may wait as blocks take in the time that it may", () => {
  const test = setUp();
  saturate(test, { blocks: 100, blockMs: 100, each: 1_000 });
  const { backlog } = test;
  assert.ok(Math.abs(backlog.bound - 6_000) < 700, `${backlog.bound}`);
  assert.ok(backlog.waiting <= backlog.bound + 100);
});

Deno.test("the bound follows a chain that gets slower and faster", () => {
  const test = setUp();
  const { backlog } = test;
  saturate(test, { blocks: 100, blockMs: 100, each: 1_000 });
  saturate(test, { blocks: 240, blockMs: 100, each: 200 });
  assert.ok(Math.abs(backlog.bound - 1_200) < 300, `${backlog.bound}`);
  saturate(test, { blocks: 200, blockMs: 100, each: 1_000 });
  assert.ok(backlog.bound > 4_000, `${backlog.bound}`);
});

Deno.test("clients that come back late do not make the bound smaller", () => {
  const test = setUp();
  saturate(test, { blocks: 100, blockMs: 100, each: 1_000 });
  saturate(test, { blocks: 50, blockMs: 100, each: 200 });
  const { backlog } = test;
  assert.ok(Math.abs(backlog.bound - 6_000) < 700, `${backlog.bound}`);
});

/** Blocks of which one is executed while the next is voted on and a third one gathered; means of the second half of them. */
function pipeline(
  { clock, backlog, look, arrive }: ReturnType<typeof setUp>,
  { blocks, blockMs, room, chunk = 100 }: {
    blocks: number;
    blockMs: (transactions: number) => number;
    room: number;
    chunk?: number;
  },
): { taken: number; perMs: number; finalMs: number } {
  let [waiting, voted, executed] = [0, 0, 0];
  const sum = { ms: 0, taken: 0, waited: 0 };
  for (let block = 0; block < blocks; block++) {
    while (busyMs(backlog, chunk) === 0) {
      arrive(chunk);
      waiting += chunk;
    }
    const ms = blockMs(executed);
    clock.pass(ms);
    waiting -= executed;
    if (block >= blocks / 2) {
      sum.ms += ms;
      sum.taken += executed;
      sum.waited += waiting * ms;
    }
    look({ takeable: waiting, took: executed, lagMs: ms });
    [executed, voted] = [voted, Math.min(room, waiting - voted)];
  }
  return {
    taken: sum.taken / (blocks / 2),
    perMs: sum.taken / sum.ms,
    // By Little's law.
    finalMs: sum.waited / sum.taken,
  };
}

Deno.test("blocks that take longer than anything should wait are full all the same", () => {
  for (const blockMs of [40, 200, 700, 2_000, 5_000]) {
    const room = 30 * blockMs;
    const { taken } = pipeline(setUp(), {
      ...{ blocks: 200, room },
      blockMs: () => blockMs,
    });
    const full = Math.min(room, 20_000 / 3);
    assert.ok(taken > full * 0.8, `${taken} of ${full} in ${blockMs} ms`);
  }
});

Deno.test("blocks that take long for what is in them get no larger than may wait", () => {
  for (const chunk of [100, 1_000]) {
    const test = setUp();
    const blockMs = (transactions: number) => 20 + transactions / 10;
    for (let block = 0; block < 20; block++) {
      test.arrive(100);
      test.clock.pass(50);
      test.look({ takeable: 0, took: 100, lagMs: 30 });
    }
    const room = 10_000;
    const last = pipeline(test, { blocks: 300, blockMs, room, chunk });
    assert.ok(last.finalMs < WAIT_MS_MAX * 1.2, `${last.finalMs} ms`);
    assert.ok(last.perMs > 8, `${last.perMs} of 10`);
  }
});

Deno.test("a large submission is weighed by its middle, and comes in where little waits", () => {
  const { backlog, look, arrive } = setUp();
  arrive(16_000);
  assert.equal(busyMs(backlog, 7_900), 0);
  assert.equal(busyMs(backlog, 8_100), 1_000);
  look({ takeable: 9_000, took: 7_000 });
  assert.equal(busyMs(backlog, 1_000_000), 0);
});

Deno.test("the hint is the time until there is room", () => {
  const test = setUp();
  saturate(test, { blocks: 100, blockMs: 100, each: 1_000 });
  const { backlog, arrive } = test;
  while (busyMs(backlog) === 0) arrive(100);
  const soon = busyMs(backlog);
  assert.ok(soon > 100 && soon < 400, `${soon}`);
  backlog.enter(2_000);
  const later = busyMs(backlog) - soon;
  assert.ok(Math.abs(later - 200) < 40, `${later}`);
});

Deno.test("a burst after little load is no sign that blocks are slow", () => {
  const { clock, backlog, look, arrive } = setUp();
  for (let block = 0; block < 50; block++) {
    arrive(50);
    clock.pass(50);
    look({ takeable: 50, took: 50 });
  }
  arrive(10_000);
  clock.pass(50);
  look({ takeable: 10_000, took: 50 });
  assert.equal(busyMs(backlog), 0);
  assert.ok(backlog.bound >= BURST);
});

Deno.test("after a quiet time a burst is taken again", () => {
  const test = setUp();
  saturate(test, { blocks: 100, blockMs: 100, each: 100 });
  const { backlog, clock, look } = test;
  assert.ok(backlog.bound < 1_000);
  look({ takeable: 0, took: 600, blocks: 100 });
  clock.pass(30_000);
  assert.equal(busyMs(backlog), 0);
  assert.equal(backlog.bound, BURST);
});

Deno.test("what other nodes forwarded waits as well", () => {
  const { clock, backlog, look } = setUp();
  backlog.forwarded(15_000);
  assert.equal(backlog.waiting, 15_000);
  clock.pass(100);
  look({ takeable: 14_000, took: 1_000 });
  assert.equal(backlog.waiting, 14_000);
  backlog.forwarded(21_500);
  assert.equal(backlog.waiting, 20_500);
  assert.ok(busyMs(backlog) > 0);
});

Deno.test("what blocks cannot take keeps nobody out and makes no room smaller, however often it comes", () => {
  const { clock, backlog, look, arrive } = setUp();
  for (let block = 0; block < 60; block++) {
    arrive(BURST);
    assert.ok(busyMs(backlog) > 0, "it is not known what it is");
    // Between two blocks.
    look({ takeable: 10, blocks: 0 });
    assert.equal(backlog.waiting, 10);
    assert.equal(busyMs(backlog), 0);
    clock.pass(100);
    look({ takeable: 0, took: 10 });
    assert.equal(busyMs(backlog), 0);
  }
  assert.equal(backlog.bound, BURST);
});

Deno.test("while blocks take nothing that they could, little may wait, and something always", () => {
  const { clock, backlog, look, arrive } = setUp();
  arrive(BURST);
  for (let block = 0; block < 40; block++) {
    clock.pass(100);
    look({ takeable: BURST });
  }
  assert.ok(busyMs(backlog) > 0);
  assert.equal(backlog.bound, 500);
  look({ takeable: 0, took: BURST });
  assert.equal(busyMs(backlog), 0);
});
