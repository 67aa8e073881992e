import assert from "node:assert/strict";
import { defaultConfig } from "../../config/mod.ts";
import {
  collectingLog,
  Scheduler,
  seededRandom,
  simClock,
} from "../../platform/mod.ts";
import { LIMITS } from "../limits.ts";
import { Admission, ANYBODY } from "./admission.ts";
import { Bans } from "./bans.ts";
import { type Connected, PeerManager } from "./manager.ts";
import { Roles } from "./roles.ts";

const HOUR_MS = 3_600_000;

/** A manager of at most four peers; dropped ones are gone at once. */
function open(
  changed: {
    validator_slots?: number;
    persistent?: string[];
    /** Whoever is dropped is connected for a while yet. */
    lingers?: boolean;
  },
) {
  const scheduler = new Scheduler(seededRandom(1));
  const clock = simClock(scheduler);
  const log = collectingLog();
  const { persistent = [], lingers = false, ...slots } = changed;
  const roles = new Roles(clock, { persistent, private: [] });
  const admission = new Admission(ANYBODY, new Uint8Array(32));
  const ended = new Set<string>();
  let connected: Connected[] = [];
  let saves = 0;
  const manager = new PeerManager({
    ...{ clock, log, admission, roles },
    bans: new Bans(clock),
    config: {
      ...defaultConfig().network,
      ...{ max_peers: 4, target_outbound: 1, validator_slots: 0 },
      ...slots,
    },
    groupOf: () => undefined,
    connected: () => connected,
    mayStay: (id) => !ended.has(id) && admission.allows(id),
    onBar(ids) {
      if (lingers) return;
      connected = connected.filter(({ id }) => !ids.includes(id));
    },
    onProtect() {},
    onReview() {},
    onChange: () => saves++,
  });
  manager.start();
  const come = (id: string, direction: "in" | "out" = "in") => {
    const newcomer = { id, direction, address: "/ip4/127.0.0.1/udp/1/quic-v1" };
    if (!admission.allows(id)) return false;
    if (direction === "in" && manager.admit(newcomer) !== 0) return false;
    connected = [...connected, newcomer];
    manager.onPeers();
    return true;
  };
  return {
    ...{ manager, scheduler, log, ended, come, roles },
    peers: () => connected.map(({ id }) => id),
    saves: () => saves,
  };
}

Deno.test("who sends garbage again and again is banned, with a reason in the log, and comes back after an hour", async () => {
  const { manager, scheduler, log, come, peers, saves } = open({});
  come("bad");
  manager.note("bad", "invalid");
  manager.note("bad", "invalid");
  assert.deepEqual(peers(), ["bad"]);
  manager.note("bad", "invalid");
  assert.deepEqual([peers(), come("bad"), saves()], [[], false, 1]);
  const { event, fields } = log.lines.at(-1)!;
  assert.equal(event, "peer banned");
  assert.equal(fields.reason, "sends what no honest node sends");
  assert.equal(manager.bans()[0]?.reason, fields.reason);
  await scheduler.run(HOUR_MS + LIMITS.reviewMs);
  assert.deepEqual([manager.bans(), come("bad")], [[], true]);
});

Deno.test("who answers too late now and then is not banned, who always does is", async () => {
  const { manager, scheduler, come, peers } = open({});
  come("slow");
  for (let n = 0; n < 50; n++) {
    manager.note("slow", "late");
    await scheduler.run(5 * 60_000);
  }
  assert.deepEqual(peers(), ["slow"]);
  for (let n = 0; n < 12; n++) manager.note("slow", "late");
  assert.deepEqual(peers(), []);
  assert.match(manager.bans()[0]!.reason, /too late/);
});

Deno.test("persistent peers and validators are not banned", () => {
  const { manager, come, peers } = open({ persistent: ["friend"] });
  manager.prove("validator");
  for (const id of ["friend", "validator"]) {
    come(id);
    for (let n = 0; n < 10; n++) manager.note(id, "invalid");
  }
  assert.deepEqual(peers(), ["friend", "validator"]);
});

Deno.test("when all places are taken strangers are refused, and a validator gets the place of the worst, who is refused for a while", async () => {
  const { manager, scheduler, come, peers } = open({});
  for (const id of ["a", "b", "c"]) {
    assert.ok(come(id));
    await scheduler.run(1);
  }
  assert.ok(come("mine", "out"));
  manager.note("b", "late");
  manager.note("c", "useful");
  assert.ok(come("d"), "displaces b, who was late");
  assert.deepEqual(peers(), ["a", "c", "mine", "d"]);
  assert.ok(!come("e"));
  manager.prove("validator");
  assert.ok(come("validator"));
  assert.deepEqual(peers(), ["a", "c", "mine", "validator"]);
  assert.ok(!come("d"));
  for (let n = 0; n < 50; n++) assert.ok(!come(`stranger ${n}`));
  await scheduler.run(LIMITS.displacedMs + LIMITS.reviewMs);
  assert.ok(!come("d"), "there is no place still");
});

Deno.test("strangers in the places of validators have to prove themselves in time", async () => {
  const { manager, scheduler, come, peers } = open({ validator_slots: 2 });
  for (const id of ["a", "b", "new validator"]) {
    assert.ok(come(id));
    await scheduler.run(1);
  }
  manager.prove("new validator");
  await scheduler.run(LIMITS.probationMs + LIMITS.reviewMs);
  assert.deepEqual(peers(), ["a", "b", "new validator"]);
  come("mine", "out");
  await scheduler.run(LIMITS.probationMs + LIMITS.reviewMs);
  assert.deepEqual(peers(), ["a", "new validator", "mine"]);
});

Deno.test("who has to make room is dropped for that reason alone", async () => {
  const { scheduler, log, come } = open({ validator_slots: 2, lingers: true });
  for (const id of ["a", "b", "c"]) come(id);
  await scheduler.run(LIMITS.probationMs + LIMITS.reviewMs);
  const reasons = log.lines.filter(({ event }) => event === "peer dropped")
    .map(({ fields }) => fields.reason);
  assert.deepEqual([...new Set(reasons)], [
    "strangers have a validator's place for a while only",
  ]);
});

Deno.test("whose certificate ends is dropped", async () => {
  const { scheduler, ended, come, peers } = open({});
  come("a");
  come("b");
  ended.add("a");
  await scheduler.run(LIMITS.reviewMs);
  assert.deepEqual(peers(), ["b"]);
});
