import assert from "node:assert/strict";
import {
  collectingLog,
  Scheduler,
  seededRandom,
  seedSigner,
  SimNetwork,
} from "../../platform/mod.ts";
import { Channel } from "../channel.ts";
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
  const open = (name: string, key: number) => {
    const peer = network.join(name);
    const whereabouts = new Whereabouts({
      ...{ core, genesisHash, network: peer, log: collectingLog() },
      signer: seedSigner(KEYS[key]!.seed),
      validators: new Validators(set),
      address: KEYS[key]!.publicKey,
    });
    return { peer, whereabouts };
  };
  return { scheduler, open };
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
