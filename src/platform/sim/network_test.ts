import assert from "node:assert/strict";
import { type LinkOptions, SimNetwork } from "./network.ts";
import { seededRandom } from "./random.ts";
import { Scheduler } from "./scheduler.ts";

function world(link: Partial<LinkOptions> = {}) {
  const random = seededRandom("network");
  const scheduler = new Scheduler(random);
  const network = new SimNetwork(scheduler, random, link);
  const seen: string[] = [];
  const [a, b, c] = ["a", "b", "c"].map((id) => {
    const node = network.join(id);
    node.onMessage((from, channel, message) =>
      seen.push(`${from}>${id} ${channel} ${message}`)
    );
    return node;
  });
  return { scheduler, network, seen, a: a!, b: b!, c: c! };
}

Deno.test("a broadcast reaches every other node, later", async () => {
  const { scheduler, seen, a } = world();
  const message = Uint8Array.of(7);
  a.broadcast("votes", message);
  message.fill(0);
  assert.deepEqual(seen, []);
  await scheduler.run(100);
  assert.deepEqual(seen.sort(), ["a>b votes 7", "a>c votes 7"]);
});

Deno.test("messages are reordered, lost and doubled as the rates say", async () => {
  const { scheduler, seen, a, c } = world({
    jitterMs: 50,
    loss: 0.2,
    duplication: 0.2,
  });
  c.close();
  for (let n = 0; n < 200; n++) a.broadcast("v", Uint8Array.of(n));
  await scheduler.run(1000);
  const numbers = seen.map((line) => Number(line.split(" ")[2]));
  const distinct = new Set(numbers).size;
  assert.ok(distinct > 130 && distinct < 190, `${distinct} of 200 arrived`);
  assert.ok(numbers.length - distinct > 15, "some arrived twice");
  assert.notDeepEqual(numbers, numbers.toSorted((x, y) => x - y));
});

Deno.test("a partition lets nothing through, also not what was on its way, until it heals", async () => {
  const { scheduler, network, seen, a, b, c } = world();
  a.broadcast("v", Uint8Array.of(1));
  network.partition(["a", "b"]);
  assert.deepEqual([a.peers(), b.peers(), c.peers()], [1, 1, 0]);
  c.broadcast("v", Uint8Array.of(2));
  await scheduler.run(100);
  assert.deepEqual(seen, ["a>b v 1"]);
  network.heal();
  c.broadcast("v", Uint8Array.of(3));
  await scheduler.run(100);
  assert.deepEqual(seen.slice(1).sort(), ["c>a v 3", "c>b v 3"]);
});

Deno.test("a closed node neither sends nor receives", async () => {
  const { scheduler, seen, a, b } = world();
  b.close();
  b.broadcast("v", Uint8Array.of(1));
  a.broadcast("v", Uint8Array.of(2));
  await scheduler.run(100);
  assert.deepEqual(seen, ["a>c v 2"]);
});
