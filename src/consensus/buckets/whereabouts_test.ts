import assert from "node:assert/strict";
import {
  collectingLog,
  Scheduler,
  seededRandom,
  seedSigner,
  simClock,
  SimNetwork,
} from "../../platform/mod.ts";
import { Channel, Topic } from "../channel.ts";
import { HeaderRules } from "../rules.ts";
import { core, testGenesis, testKey } from "../../simulation/mod.ts";
import { Validators } from "../validators.ts";
import { Whereabouts } from "./whereabouts.ts";

const KEYS = [1, 2, 3].map((n) => testKey(core, n));
const GENESIS = testGenesis(KEYS.slice(0, 2), []);
const genesisHash = core.genesisHash(GENESIS);
const { validators: set } = new HeaderRules(core, GENESIS, genesisHash);

function world() {
  const random = seededRandom("whereabouts");
  const scheduler = new Scheduler(random);
  const network = new SimNetwork(scheduler, random);
  const found: string[] = [];
  const open = (name: string, key: number) => {
    const peer = network.join(name);
    const whereabouts = new Whereabouts({
      clock: simClock(scheduler),
      onFound: () => void found.push(name),
      ...{ core, genesisHash, network: peer, log: collectingLog() },
      signer: seedSigner(KEYS[key]!.seed),
      validators: new Validators(set),
      address: KEYS[key]!.publicKey,
    });
    return { peer, whereabouts };
  };
  return { scheduler, network, found, open };
}

const name = (key: number) => KEYS[key]!.publicKey.toHex();

Deno.test("validators that meet know each other's peers; a node without stake is nobody", async () => {
  const { scheduler, open } = world();
  const [a, b, c] = [open("a", 0), open("b", 1), open("c", 2)];
  await scheduler.run(100);
  assert.deepEqual([...a.whereabouts.connected()], [[name(1), "b"]]);
  assert.deepEqual([...b.whereabouts.connected()], [[name(0), "a"]]);
  assert.deepEqual(
    new Map(c.whereabouts.connected()),
    new Map([[name(0), "a"], [name(1), "b"]]),
  );
  await b.peer.close();
  assert.equal(c.whereabouts.connected().size, 1);
});

Deno.test("a greeting counts from the peer that it was signed for only", async () => {
  const { scheduler, open } = world();
  const b = open("b", 1);
  const heard: Uint8Array[] = [];
  const thief = open("thief", 2);
  thief.peer.onMessage((_, channel, message) => {
    if (channel === Channel.greeting) heard.push(message);
  });
  b.whereabouts.greet();
  await scheduler.run(100);
  const a = open("a", 0);
  for (const greeting of heard) {
    thief.peer.send("a", Channel.greeting, greeting);
    thief.peer.send("a", Channel.greeting, greeting.slice(1));
    thief.peer.send("a", Channel.greeting, new Uint8Array(1_000));
  }
  await scheduler.run(100);
  assert.ok(heard.length > 0);
  assert.deepEqual([...a.whereabouts.connected()], [[name(1), "b"]]);
});

Deno.test("the network hears again and again who is a validator's peer, and who passes for one", async () => {
  const { scheduler, open } = world();
  const a = open("a", 0);
  const findings: string[] = [];
  const rate = (peer: string, finding: string) =>
    void findings.push(`${peer} ${finding}`);
  Object.assign(a.peer, { rate });
  const b = open("b", 1);
  await scheduler.run(100);
  b.whereabouts.greet();
  await scheduler.run(100);
  assert.deepEqual(findings.splice(0), ["b validator", "b validator"]);
  const heard: Uint8Array[] = [];
  const thief = open("thief", 2);
  thief.peer.onMessage((_, channel, message) => {
    if (channel === Channel.greeting) heard.push(message);
  });
  b.whereabouts.greet();
  await scheduler.run(100);
  findings.splice(0);
  thief.peer.send("a", Channel.greeting, heard[0]!);
  await scheduler.run(100);
  assert.deepEqual(findings, ["thief invalid"]);
});

Deno.test("who came too late for a greeting asks for it, and hears of it when the answer comes", async () => {
  const { scheduler, open, found } = world();
  const a = open("a", 0);
  const late = open("b", 1);
  await scheduler.run(3);
  // As if it had not listened until now: a node of its own name comes anew.
  const b = open("b", 1);
  assert.equal(late.whereabouts.connected().size, 0);
  b.whereabouts.greet();
  found.length = 0;
  await scheduler.run(100);
  assert.deepEqual([...b.whereabouts.connected()], [[name(0), "a"]]);
  assert.deepEqual([...a.whereabouts.connected()], [[name(1), "b"]]);
  assert.ok(found.includes("b"));
});

Deno.test("who never says who it is is asked ever more seldom; who answers, once", async () => {
  const { scheduler, network, open } = world();
  const asked = { mute: 0, stranger: 0 };
  network.join("mute").onRequest(Topic.greeting, () => {
    asked.mute++;
    return Promise.reject(new Error("not ready"));
  });
  network.join("stranger").onRequest(Topic.greeting, () => {
    asked.stranger++;
    return Promise.resolve(new Uint8Array());
  });
  const { whereabouts } = open("a", 0);
  whereabouts.greet();
  await scheduler.run(60_000);
  assert.ok(asked.mute >= 4 && asked.mute <= 8, `${asked.mute} times`);
  assert.equal(asked.stranger, 1);
  whereabouts.stop();
});

Deno.test("peers that come and go keep nobody from being asked", async () => {
  const { scheduler, network, open } = world();
  let asked = 0;
  network.join("late").onRequest(Topic.greeting, () => {
    asked++;
    return Promise.reject(new Error("not ready"));
  });
  const { whereabouts } = open("a", 0);
  for (let n = 0; n < 20; n++) {
    const guest = network.join(`guest ${n}`);
    await scheduler.run(250);
    await guest.close();
    await scheduler.run(250);
  }
  assert.ok(asked >= 4, `${asked} times`);
  whereabouts.stop();
});

Deno.test("an answer counts from the peer that it was signed for only", async () => {
  const { scheduler, network, open } = world();
  open("b", 1);
  await scheduler.run(100);
  const thief = network.join("thief");
  const taken = await Promise.race([
    thief.request("b", Topic.greeting, new Uint8Array()),
    scheduler.run(100).then(() => new Uint8Array()),
  ]);
  assert.ok(taken.length > 64);
  thief.onRequest(Topic.greeting, () => Promise.resolve(taken));
  await network.join("b").close();
  const a = open("a", 0);
  a.whereabouts.greet();
  await scheduler.run(5_000);
  assert.equal(a.whereabouts.connected().size, 0);
});
