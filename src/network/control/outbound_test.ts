import assert from "node:assert/strict";
import { Scheduler, seededRandom, simClock } from "../../platform/mod.ts";
import { LIMITS } from "../limits.ts";
import { Outbound } from "./outbound.ts";

interface World {
  seed?: number;
  target?: number;
  perGroup?: number;
  answers?(id: string): boolean;
}

/** Nodes named `GROUP/NUMBER`; dials take 100 ms. */
function open({ seed = 1, target = 4, perGroup = 2, answers }: World) {
  const random = seededRandom(seed);
  const scheduler = new Scheduler(random);
  const clock = simClock(scheduler);
  const connected = new Set<string>();
  const dials: string[] = [];
  const outbound = new Outbound({
    ...{ clock, random, target, perGroup },
    groups: () => [...connected].map((id) => id.split("/")[0]),
    hasRoom: () => true,
    isWanted: (id) => !connected.has(id),
    async dial(id) {
      dials.push(id);
      await clock.sleep(100);
      if (answers && !answers(id)) throw new Error("nobody there");
      connected.add(id);
    },
    isFinal: () => false,
    onFailure() {},
  });
  const add = (...ids: string[]) => {
    for (const id of ids) {
      const isAnchor = id.startsWith("anchor");
      outbound.add({ id, addresses: [id], group: id.split("/")[0], isAnchor });
    }
    outbound.fill();
  };
  return { outbound, scheduler, connected, dials, add };
}

Deno.test("not more are connected than the target, nor than a few of one address group", async () => {
  const { add, scheduler, connected } = open({ target: 6 });
  for (let n = 0; n < 500; n++) add(`attacker/${n}`);
  for (let n = 0; n < 10; n++) add(`honest ${n}/0`);
  await scheduler.run(10_000);
  assert.equal(connected.size, 6);
  const attackers = [...connected].filter((id) => id.startsWith("attacker"));
  assert.ok(attackers.length <= 2, `${attackers}`);
});

Deno.test("anchors are dialled first, others in an order that depends on chance", async () => {
  const first = new Set<string>();
  for (let seed = 1; seed <= 10; seed++) {
    const { add, scheduler, dials } = open({ seed, target: 2 });
    const others = Array.from({ length: 20 }, (_, n) => `${n}/x`);
    add(...others, "anchor/x");
    assert.equal(dials[0], "anchor/x");
    first.add(dials[1]!);
    await scheduler.run(1_000);
  }
  assert.ok(first.size > 5, [...first].join());
});

Deno.test("who does not answer is dialled ever more seldom, and others in its place", async () => {
  const minutesMs = 600_000;
  const { add, scheduler, dials, connected } = open({
    target: 3,
    answers: (id) => id.startsWith("up"),
  });
  for (let n = 0; n < 3; n++) add(`down ${n}/0`);
  for (let n = 0; n < 2; n++) add(`up ${n}/0`);
  await scheduler.run(minutesMs);
  assert.deepEqual([...connected].toSorted(), ["up 0/0", "up 1/0"]);
  for (let n = 0; n < 3; n++) {
    const count = dials.filter((id) => id === `down ${n}/0`).length;
    assert.ok(count > 10 && count < 2 * minutesMs / LIMITS.redialMsMax + 10);
  }
});

Deno.test("a lost peer is dialled again after a pause, another at once", async () => {
  const { add, outbound, scheduler, dials, connected } = open({ target: 1 });
  add("a/0");
  await scheduler.run(10_000);
  add("b/0");
  connected.delete("a/0");
  outbound.lost("a/0");
  assert.deepEqual(dials, ["a/0", "b/0"]);
  await scheduler.run(10_000);
  connected.delete("b/0");
  outbound.lost("b/0");
  assert.deepEqual(dials.slice(2), ["a/0"]);
});

Deno.test("a node that says every moment that it is reached elsewhere sets off no storm of dials", async () => {
  const { add, scheduler, dials, connected } = open({});
  for (let n = 0; n < 1_000; n++) {
    connected.clear();
    add("a/0");
    await scheduler.run(10);
  }
  assert.ok(dials.length <= 10_000 / LIMITS.dialEveryMs + 1, `${dials.length}`);
});
