import assert from "node:assert/strict";
import { systemRandom } from "../platform/mod.ts";
import { isMeshed, testNetwork, until } from "./testing/open.ts";

Deno.test("two nodes connect on both planes and exchange messages and questions", async () => {
  const a = await testNetwork(1, { dataThread: true });
  const b = await testNetwork(2, {
    bootstrap: a.multiaddrs(),
    dataThread: false,
  });
  try {
    const seen: string[] = [];
    a.onMessage((from, channel, message) => {
      seen.push(`${from === b.id} ${channel} ${message}`);
    });
    a.onRequest("echo", (from, body) => {
      assert.equal(from, b.id);
      return Promise.resolve(body.toReversed());
    });
    await until("mesh", async () => await isMeshed(a, 1) && isMeshed(b, 1));
    assert.deepEqual([a.peers(), b.peers()], [[b.id], [a.id]]);
    b.broadcast("vote", Uint8Array.of(1, 2));
    b.send(a.id, "batch", Uint8Array.of(3));
    await until("messages", () => seen.length === 2);
    assert.deepEqual(seen.sort(), ["true batch 3", "true vote 1,2"]);
    const answer = await b.request(a.id, "echo", Uint8Array.of(1, 2, 3));
    assert.deepEqual([...answer], [3, 2, 1]);
  } finally {
    await Promise.all([a.close(), b.close()]);
  }
});

Deno.test("four nodes that know one of them find each other, and a broadcast reaches all", async () => {
  const first = await testNetwork(1);
  const others = await Promise.all(
    [2, 3, 4].map((n) => testNetwork(n, { bootstrap: first.multiaddrs() })),
  );
  const all = [first, ...others];
  try {
    let seen = 0;
    for (const node of all) node.onMessage(() => seen++);
    await until(
      "mesh",
      async () =>
        (await Promise.all(all.map((node) => isMeshed(node, 3)))).every(
          Boolean,
        ),
    );
    for (const node of all) node.broadcast("proposal", new Uint8Array(100_000));
    await until("broadcasts", () => seen >= 12);
    assert.equal(seen, 12);
  } finally {
    await Promise.all(all.map((node) => node.close()));
  }
});

Deno.test("a node that restarts at its port is found again on both planes", async () => {
  const a = await testNetwork(1);
  const port = Number(/udp\/(\d+)/.exec(a.multiaddrs()[0]!)?.[1]);
  const b = await testNetwork(2, { bootstrap: a.multiaddrs() });
  const heard: number[] = [];
  b.onPeers((peers) => heard.push(peers.length));
  await until("mesh", () => isMeshed(b, 1));
  await a.close();
  await until("loss", () => b.peers().length === 0);
  const again = await testNetwork(1, {
    listen: { host: "127.0.0.1", port, dataPort: 0 },
  });
  try {
    await until("mesh", () => isMeshed(b, 1));
    assert.deepEqual(b.peers(), [again.id]);
    assert.deepEqual(heard, [1, 0, 1]);
    const answer = new Promise((resolve) => again.onMessage(resolve));
    b.broadcast("vote", new Uint8Array(1));
    assert.equal(await answer, b.id);
  } finally {
    await Promise.all([again.close(), b.close()]);
  }
});

Deno.test("a node of another chain is refused, whatever its chain id says", async () => {
  const a = await testNetwork(1);
  const b = await testNetwork(2, {
    bootstrap: a.multiaddrs(),
    genesisHash: new Uint8Array(32).fill(9),
  });
  try {
    await until(
      "refusal",
      () =>
        b.log.lines.some(({ event }) => event === "peer is of another chain"),
    );
    assert.deepEqual([a.peers(), b.peers()], [[], []]);
  } finally {
    await Promise.all([a.close(), b.close()]);
  }
});

Deno.test("while the data plane is down, messages and questions take the control plane", async () => {
  const nowhere = { announce: { addresses: [], dataPort: 9 } };
  const a = await testNetwork(1, nowhere);
  const b = await testNetwork(2, { ...nowhere, bootstrap: a.multiaddrs() });
  try {
    const seen: string[] = [];
    a.onMessage((_, channel, { length }) => seen.push(`${channel} ${length}`));
    a.onRequest("twice", (_, body) => Promise.resolve(body));
    a.onRequest("never", () => Promise.reject(new Error("not today")));
    await until("peers", () => a.peers().length + b.peers().length === 2);
    for (const channel of ["batch", "vote"]) {
      b.broadcast(channel, new Uint8Array(1_000_000));
    }
    await until("messages", () => seen.length === 2);
    assert.deepEqual(seen.sort(), ["batch 1000000", "vote 1000000"]);
    const body = new Uint8Array(2_000_000).fill(7);
    assert.deepEqual(await b.request(a.id, "twice", body), body);
    await assert.rejects(b.request(a.id, "never", body), {
      codeName: "PEER_REFUSED",
    });
    const [peer] = await b.peerInfo();
    assert.ok(peer?.control && !peer.data);
  } finally {
    await Promise.all([a.close(), b.close()]);
  }
});

Deno.test("a question fails by its reason: unknown peer or topic, refusal, time, closing", async () => {
  const a = await testNetwork(1);
  const b = await testNetwork(2, { bootstrap: a.multiaddrs() });
  a.onRequest("no", () => Promise.reject(new Error("not now")));
  a.onRequest("never", () => new Promise(() => {}));
  await until("mesh", () => isMeshed(b, 1));
  const ask = (peer: string, topic: string, timeoutMs?: number) =>
    b.request(peer, topic, new Uint8Array(), timeoutMs).then(
      () => "answered",
      (error) => error.codeName,
    );
  assert.equal(await ask("nobody", "no"), "PEER_UNREACHABLE");
  assert.equal(await ask(a.id, "no"), "PEER_REFUSED");
  assert.equal(await ask(a.id, "what"), "PEER_REFUSED");
  assert.equal(await ask(a.id, "never", 100), "PEER_TIMEOUT");
  const open = ask(a.id, "never");
  await b.close();
  assert.equal(await open, "SHUTTING_DOWN");
  assert.equal(await ask(a.id, "no"), "SHUTTING_DOWN");
  await a.close();
});

Deno.test("a question that is late leaves no stream behind, on either plane", async () => {
  const nowhere = { announce: { addresses: [], dataPort: 9 } };
  for (const options of [{}, nowhere]) {
    const a = await testNetwork(1, options);
    const b = await testNetwork(2, { ...options, bootstrap: a.multiaddrs() });
    a.onRequest("never", () => new Promise(() => {}));
    try {
      await until(
        "peer",
        async () =>
          options === nowhere ? b.peers().length === 1 : await isMeshed(b, 1),
      );
      await assert.rejects(b.request(a.id, "never", new Uint8Array(), 100), {
        codeName: "PEER_TIMEOUT",
      });
      await until("no stream", async () => {
        const [peer] = await b.peerInfo();
        return peer !== undefined && !peer.metrics.streams.request;
      });
    } finally {
      await Promise.all([a.close(), b.close()]);
    }
  }
});

Deno.test("nodes with two addresses hold each other on both, and every message comes once", async () => {
  const HOSTS = ["127.0.0.1", "127.0.0.2"];
  const options = (port: number) => ({
    listen: { host: "0.0.0.0", port, dataPort: 0 },
    announce: {
      addresses: HOSTS.map((host) => `/ip4/${host}/udp/${port}/quic-v1`),
      dataPort: 0,
    },
  });
  /** None of those that others are given who ask for any port. */
  const freePort = (): number => {
    const port = 26_000 + systemRandom().integer(6_000);
    const where = { hostname: "0.0.0.0", port } as const;
    try {
      Deno.listenDatagram({ transport: "udp", ...where }).close();
      return port;
    } catch {
      return freePort();
    }
  };
  const a = await testNetwork(1, options(freePort()));
  const b = await testNetwork(2, {
    ...options(freePort()),
    bootstrap: a.multiaddrs().slice(0, 1),
  });
  const heard: string[] = [];
  a.onMessage((_, channel, body) => heard.push(`${channel} ${body[0]}`));
  const pathsOf = async (node: typeof a) =>
    (await node.peerInfo())[0]?.data?.paths ?? [];
  try {
    await until("paths", async () => {
      const [ofA, ofB] = [await pathsOf(a), await pathsOf(b)];
      return ofA.length === ofB.length && ofA.length >= 2 &&
        [...ofA, ...ofB].every(({ rttMs }) => rttMs !== undefined);
    });
    for (let n = 0; n < 20; n++) {
      b.send(a.id, "vote", Uint8Array.of(n));
      b.send(a.id, "batch", Uint8Array.of(n));
    }
    await until("messages", () => heard.length >= 40);
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(new Set(heard).size, 40);
    assert.equal(heard.length, 40);
    const hosts = (await pathsOf(b)).map(({ address }) =>
      address.replace(/:\d+$/, "")
    );
    assert.deepEqual([...new Set(hosts)].sort(), HOSTS);
  } finally {
    await Promise.all([a.close(), b.close()]);
  }
});
