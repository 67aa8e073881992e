import assert from "node:assert/strict";
import { type Config, defaultConfig } from "../config/mod.ts";
import { MemoryFile, seedSigner } from "../platform/mod.ts";
import { peerIdOf } from "./identity.ts";
import { issueNodeCertificate } from "./peers/node_certificate.ts";
import {
  isMeshed,
  type TestNetwork,
  testNetwork,
  until,
} from "./testing/open.ts";

const chain = new Uint8Array(32).fill(1);
const signer = (number: number) => seedSigner(new Uint8Array(32).fill(number));
const idOf = (number: number) => peerIdOf(signer(number).publicKey);
const configWith = (changed: Partial<Config["network"]>) => ({
  ...defaultConfig().network,
  ...changed,
});
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** The data plane is where nobody answers, so that messages take libp2p. */
const onControlOnly = { announce: { addresses: [], dataPort: 9 } };

async function closing(
  nodes: readonly TestNetwork[],
  body: () => Promise<void>,
) {
  try {
    await body();
  } finally {
    await Promise.all(nodes.map((node) => node.close()));
  }
}

Deno.test("a peer that sends garbage is banned on both planes, also after a restart, and shown with its reason", async () => {
  const savedPeers = new MemoryFile().open();
  const options = { ...onControlOnly, savedPeers };
  const victim = await testNetwork(1, options);
  const bootstrap = victim.multiaddrs();
  const bad = await testNetwork(2, { ...onControlOnly, bootstrap });
  const good = await testNetwork(3, { ...onControlOnly, bootstrap });
  await closing([victim], async () => {
    await until("peers", () => victim.peers().length === 2);
    await until("ban", () => {
      bad.send(victim.id, "peer-record", new Uint8Array(100).fill(0xff));
      return victim.bans().length === 1;
    });
    const [ban] = victim.bans();
    assert.deepEqual(
      [ban!.id, ban!.reason, ban!.count],
      [bad.id, "sends what no honest node sends", 1],
    );
    assert.ok(
      victim.log.lines.some(({ event, fields }) =>
        event === "peer banned" && fields.peer === bad.id
      ),
    );
    await until("drop", () => !victim.peers().includes(bad.id));
    await pause(1_000);
    assert.deepEqual(victim.peers(), [good.id]);
  });
  const again = await testNetwork(1, {
    ...options,
    announce: { addresses: [], dataPort: 0 },
    bootstrap: [...bad.multiaddrs(), ...good.multiaddrs()],
  });
  await closing([again, bad, good], async () => {
    await until("the good one", () => again.peers().includes(good.id));
    await pause(1_000);
    assert.equal(again.bans()[0]?.id, bad.id);
    assert.deepEqual(again.peers(), [good.id]);
  });
});

Deno.test("a full node refuses strangers, and makes room for a validator", async () => {
  const node = await testNetwork(1, {
    config: configWith({ max_peers: 2, target_outbound: 0 }),
  });
  const bootstrap = node.multiaddrs();
  const config = configWith({ target_outbound: 1 });
  const others: TestNetwork[] = [];
  const open = async (number: number) => {
    others.push(await testNetwork(number, { bootstrap, config }));
  };
  await closing([node, ...others], async () => {
    for (const number of [2, 3, 4]) await open(number);
    await until("full", () => node.peers().length === 2);
    await pause(1_000);
    assert.equal(node.peers().length, 2);
    node.rate!(idOf(5), "validator");
    await open(5);
    await until("validator", () => node.peers().includes(idOf(5)));
    await until("room", () => node.peers().length <= 2);
    await pause(1_000);
    assert.ok(node.peers().includes(idOf(5)));
    const [validator] = (await node.peerInfo())
      .filter(({ id }) => id === idOf(5));
    assert.deepEqual(validator?.roles, ["validator"]);
  }).finally(() => Promise.all(others.map((one) => one.close())));
});

Deno.test("a full node names others to whoever it has no room for", async () => {
  const full = await testNetwork(1, {
    config: configWith({ max_peers: 1, target_outbound: 0 }),
  });
  const bootstrap = full.multiaddrs();
  const inside = await testNetwork(2, { bootstrap });
  const newcomer = await testNetwork(3, { bootstrap });
  await closing([full, inside, newcomer], async () => {
    await until("place", () => full.peers().length === 1);
    const [taken, left] = full.peers()[0] === inside.id
      ? [inside, newcomer]
      : [newcomer, inside];
    await until("another way", () => left.peers().includes(taken.id));
    assert.deepEqual(full.peers(), [taken.id]);
  });
});

Deno.test("a node dials no more than some of one address group, however many it is told of", async () => {
  const at = (host: string) => ({
    listen: { host, port: 0, dataPort: 0 },
  });
  const seldom = configWith({ target_outbound: 1 });
  const hub = await testNetwork(1, { ...at("127.9.0.1"), config: seldom });
  const bootstrap = hub.multiaddrs();
  const hosts = ["127.1.0.1", "127.1.0.2", "127.1.0.3", "127.1.0.4"];
  const crowd = await Promise.all(
    [...hosts, "127.2.0.1"].map((host, n) =>
      testNetwork(2 + n, { ...at(host), bootstrap, config: seldom })
    ),
  );
  await until("all", () => hub.peers().length === 5);
  const node = await testNetwork(9, {
    ...at("127.3.0.1"),
    bootstrap,
    config: configWith({
      ...{ target_outbound: 6, outbound_per_group: 1 },
      local_groups: "counted",
    }),
  });
  await closing([hub, node, ...crowd], async () => {
    const dialled = async () =>
      (await node.peerInfo()).filter(({ control }) =>
        control?.direction === "out"
      ).map(({ group }) => group).toSorted();
    const wanted = ["127.1", "127.2", "127.9"];
    await until(
      "one of each",
      async () => (await dialled()).join() === wanted.join(),
    );
    await pause(1_000);
    assert.deepEqual(await dialled(), wanted);
  });
});

Deno.test("a validator behind its sentry hears and is heard, and nobody is told of it", async () => {
  const hidden = idOf(1);
  const sentry = await testNetwork(2, { privatePeers: [hidden] });
  const validator = await testNetwork(1, {
    persistentPeers: sentry.multiaddrs(),
    onlyPersistent: true,
    bootstrap: ["/ip4/127.0.0.1/udp/9/quic-v1"],
  });
  const stranger = await testNetwork(3, { bootstrap: sentry.multiaddrs() });
  const pushy = await testNetwork(4, {
    bootstrap: [...sentry.multiaddrs(), ...validator.multiaddrs()],
  });
  const all = [validator, sentry, stranger, pushy];
  await closing(all, async () => {
    await until("sentry", () => sentry.peers().length === 3);
    await until("strangers", () => isMeshed(stranger, 2));
    const heard = all.map((node) => {
      const texts: string[] = [];
      node.relay("vote", () => "accept");
      node.onMessage((_, channel, message) =>
        texts.push(`${channel} ${message}`)
      );
      return texts;
    });
    await until("from outside", () => {
      stranger.broadcast("vote", Uint8Array.of(1));
      return heard[0]!.includes("vote 1");
    });
    await until("from inside", () => {
      validator.broadcast("vote", Uint8Array.of(2));
      return [1, 2, 3].every((n) => heard[n]!.includes("vote 2"));
    });
    assert.deepEqual(validator.peers(), [sentry.id]);
    assert.deepEqual(
      stranger.peers().toSorted(),
      [sentry.id, pushy.id].toSorted(),
    );
    assert.ok(!pushy.peers().includes(hidden));
    // Whoever is told of it dials it; pushy does so by the address that it was given.
    const about = stranger.log.lines
      .filter((line) => JSON.stringify(line).includes(hidden));
    assert.deepEqual(about, []);
    const [info] = (await sentry.peerInfo()).filter(({ id }) => id === hidden);
    assert.deepEqual(info?.roles, ["private"]);
  });
});

Deno.test("in a permissioned network only nodes with a certificate connect", async () => {
  const authority = signer(100);
  const authorities = [authority.publicKey.toHex()];
  const certified = async (number: number, by = authority, days = 1) => ({
    authorities,
    nodeCertificate: await issueNodeCertificate(by, chain, {
      id: idOf(number),
      expiresMs: Date.now() + days * 86_400_000,
    }),
  });
  const first = await testNetwork(1, {
    ...await certified(1),
    revoked: [idOf(6)],
  });
  const bootstrap = first.multiaddrs();
  const open = (number: number, options: object) =>
    testNetwork(number, { bootstrap, ...options });
  const others = [
    await open(2, await certified(2)),
    await open(3, {}),
    await open(4, await certified(4, signer(101))),
    await open(5, await certified(5, authority, -1)),
    await open(6, await certified(6)),
  ];
  await closing([first, ...others], async () => {
    await until("mesh", () => isMeshed(first, 1));
    await pause(2_000);
    assert.deepEqual(first.peers(), [idOf(2)]);
    const [guest] = others;
    assert.deepEqual(guest!.peers().filter((id) => id !== idOf(6)), [first.id]);
    for (const outsider of others.slice(1, 4)) {
      assert.ok(!outsider.peers().includes(first.id));
    }
  });
});
