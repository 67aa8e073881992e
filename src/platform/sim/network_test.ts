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
  assert.deepEqual([a.peers(), b.peers(), c.peers()], [["b"], ["a"], []]);
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

const echo = (from: string, body: Uint8Array) =>
  Promise.resolve(Uint8Array.of(from.charCodeAt(0), ...body));

Deno.test("a request is answered by the handler of its topic", async () => {
  const { scheduler, a, b } = world();
  b.onRequest("echo", echo);
  const answer = a.request("b", "echo", Uint8Array.of(7));
  await scheduler.run(100);
  assert.deepEqual([...await answer], ["a".charCodeAt(0), 7]);
});

Deno.test("a request fails by its reason: unreachable, refused, out of time, closed", async () => {
  const { scheduler, network, a, b } = world();
  b.onRequest("no", () => Promise.reject(new Error("not now")));
  b.onRequest("never", () => new Promise(() => {}));
  const ask = (peer: string, topic: string) =>
    a.request(peer, topic, new Uint8Array(), 500).then(
      () => "answered",
      (error) => error.codeName,
    );
  const asked = [ask("b", "no"), ask("b", "what"), ask("b", "never")];
  asked.push(ask("z", "no"));
  network.partition(["a"], ["b"]);
  asked.push(ask("b", "no"));
  network.heal();
  await scheduler.run(1000);
  const closing = ask("b", "never");
  await a.close();
  assert.deepEqual(await Promise.all([...asked, closing]), [
    "PEER_REFUSED",
    "PEER_REFUSED",
    "PEER_TIMEOUT",
    "PEER_UNREACHABLE",
    "PEER_UNREACHABLE",
    "SHUTTING_DOWN",
  ]);
});

Deno.test("nodes hear of peers that come, go and are cut off", async () => {
  const { scheduler, network, a, c } = world();
  const heard: string[] = [];
  a.onPeers((peers) => heard.push(peers.join("")));
  await scheduler.run(10);
  await c.close();
  await scheduler.run(10);
  network.partition(["a"]);
  await scheduler.run(10);
  network.heal();
  network.join("c");
  await scheduler.run(10);
  assert.deepEqual(heard, ["bc", "b", "", "bc"]);
});

Deno.test("one line can be slow and lossy in one direction", async () => {
  const { scheduler, network, seen, a, b } = world({ jitterMs: 0 });
  network.link("a", "b", { latencyMs: 500 });
  network.link("b", "c", { loss: 1 });
  a.send("b", "v", Uint8Array.of(1));
  b.broadcast("v", Uint8Array.of(2));
  await scheduler.run(100);
  assert.deepEqual(seen, ["b>a v 2"]);
  await scheduler.run(500);
  assert.deepEqual(seen, ["b>a v 2", "a>b v 1"]);
});

Deno.test("a node that joins again hears, its former self no more", async () => {
  const { scheduler, network, seen, a } = world();
  const again: string[] = [];
  network.join("b").onMessage((from) => again.push(from));
  a.broadcast("v", Uint8Array.of(1));
  await scheduler.run(100);
  assert.deepEqual([seen, again], [["a>c v 1"], ["a"]]);
});
