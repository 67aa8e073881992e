import assert from "node:assert/strict";
import { type Config, defaultConfig } from "../../config/mod.ts";
import {
  collectingLog,
  Scheduler,
  seededRandom,
  seedSigner,
  simClock,
  systemResolver,
} from "../../platform/mod.ts";
import { peerIdOf } from "../identity.ts";
import { LIMITS } from "../limits.ts";
import { groupOf, hostIn } from "../peers/groups.ts";
import { Finder } from "./finder.ts";
import { Roster } from "./roster.ts";

const idOf = (number: number) => {
  const seed = new Uint8Array(32);
  new DataView(seed.buffer).setUint32(0, number);
  return peerIdOf(seedSigner(seed).publicKey);
};
const NOT_ALLOWED = idOf(13);
const at = (host: string) => `/ip4/${host}/udp/1/quic-v1`;

/** A finder whose dials nobody answers. */
function open(network: Partial<Config["network"]>, hasRoom = true) {
  const random = seededRandom(1);
  const scheduler = new Scheduler(random);
  const dials: (readonly string[])[] = [];
  const finder = new Finder({
    ...{ clock: simClock(scheduler), random, log: collectingLog() },
    config: { ...defaultConfig().network, ...network },
    resolver: systemResolver(),
    roster: new Roster("/test"),
    ownId: idOf(0),
    allows: (id) => id !== NOT_ALLOWED,
    hasRoom: () => hasRoom,
    groupOf: (address) => groupOf(hostIn(address)),
    isAnchor: () => false,
    connect(addresses) {
      dials.push(addresses);
      return Promise.reject(new Error("nobody there"));
    },
  });
  return { finder, scheduler, dials };
}

Deno.test("a node that names addresses of several groups is dialled in the first only", async () => {
  const { finder, scheduler, dials } = open({});
  finder.hear(idOf(1), ["6.6.1.1", "6.6.2.2", "7.7.1.1"].map(at));
  await scheduler.run(1);
  const end = `/p2p/${idOf(1)}`;
  assert.deepEqual(dials, [[at("6.6.1.1") + end, at("6.6.2.2") + end]]);
});

Deno.test("of very many that are only heard of, the first are forgotten", async () => {
  const { finder, scheduler, dials } = open({
    ...{ max_peers: 10_000, target_outbound: 10_000 },
    outbound_per_group: 0,
  });
  const count = LIMITS.heardPeersMax + 50;
  for (let n = 1; n <= count; n++) {
    finder.hear(idOf(n + 100), [at("6.6.6.6")]);
  }
  await scheduler.run(60_000);
  dials.splice(0);
  await scheduler.run(60_000);
  const dialled = new Set(dials.map(([address]) => address!.split("/").at(-1)));
  assert.equal(dialled.size, LIMITS.heardPeersMax);
  assert.ok(!dialled.has(idOf(101)) && dialled.has(idOf(100 + count)));
});

Deno.test("persistent peers are dialled where there is no room, nobody else is, and never who is not allowed", async () => {
  const { finder, scheduler, dials } = open({}, false);
  const addressOf = (number: number) =>
    `${at(`${number}.1.1.1`)}/p2p/${idOf(number)}`;
  finder.start([addressOf(1)], [addressOf(2), addressOf(13)], []);
  finder.hear(idOf(3), [at("3.3.3.3")]);
  await scheduler.run(60_000);
  assert.deepEqual(new Set(dials.flat()), new Set([addressOf(2)]));
});
