import assert from "node:assert/strict";
import { createCore } from "../core/mod.ts";
import { loneNetwork, Scheduler, seededRandom } from "../platform/mod.ts";
import {
  doubleSigned,
  module,
  SimNode,
  testGenesis,
  testKey,
} from "../simulation/mod.ts";
import { Traps } from "./testing/trapping_core.ts";

const core = createCore(module);
const validator = testKey(core, 1);

function node(scheduler: Scheduler, traps: Traps): SimNode {
  return new SimNode({
    scheduler,
    network: loneNetwork(),
    genesis: testGenesis([validator], []),
    validator,
    options: { blockTimeMs: 50, emptyBlockTimeMs: 200 },
    wrapCore: (core) => traps.core(core),
  });
}

Deno.test("an engine that traps at any call is replaced, and nothing is signed twice", async () => {
  for (let at = 1; at <= 30; at++) {
    const scheduler = new Scheduler(seededRandom(at));
    const one = node(scheduler, new Traps(at));
    await one.start();
    await scheduler.run(5_000);
    assert.ok(one.consensus.height() >= 20n, `${one.consensus.height()}`);
    assert.deepEqual(doubleSigned(one.signed), []);
    await one.stop();
  }
});

Deno.test("an engine that traps at every call at one height stops consensus", async () => {
  const scheduler = new Scheduler(seededRandom("always"));
  const always = Array.from({ length: 100 }, (_, call) => call + 5);
  const one = node(scheduler, new Traps(...always));
  await one.start();
  await scheduler.run(5_000);
  await assert.rejects(one.consensus.failed, /consensus engine/);
  await one.stop();
});
