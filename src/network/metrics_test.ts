import assert from "node:assert/strict";
import { ErrorCode, fault } from "../errors/mod.ts";
import { Dials } from "./dials.ts";
import {
  networkMetrics,
  NO_COUNTS,
  peerMetrics,
  type PlaneTraffic,
  plus,
} from "./metrics.ts";
import { Outbox } from "./outbox.ts";
import { isMeshed, testNetwork, until } from "./testing/open.ts";

const DATA: PlaneTraffic = {
  connections: 2,
  sentBytes: 10,
  receivedBytes: 20,
  rttMs: 0.5,
  streams: { urgent: 1, request: 2 },
  queued: { bulk: { messages: 1, bytes: 100 } },
  drops: { full: 1, disconnected: 0 },
};
const CONTROL: PlaneTraffic = {
  connections: 1,
  sentBytes: 1,
  receivedBytes: 2,
  rttMs: 3,
  packets: { sent: 50, lost: 5 },
  streams: { message: 1, request: 1 },
  queued: { bulk: { messages: 2, bytes: 10 } },
  drops: { full: 0, disconnected: 4 },
};

Deno.test("a peer is both planes together; its round trip is the finer one", () => {
  assert.deepEqual(peerMetrics([DATA, CONTROL]), {
    activeConnections: 3,
    bytesSent: 11,
    bytesReceived: 22,
    rttMs: 0.5,
    packets: { sent: 50, lost: 5 },
    streams: { urgent: 1, request: 3, message: 1 },
    queued: { bulk: { messages: 3, bytes: 110 } },
    drops: { full: 1, disconnected: 4 },
  });
  const { rttMs, packets } = peerMetrics([{ ...DATA, rttMs: undefined }]);
  assert.deepEqual([rttMs, packets], [undefined, undefined]);
});

Deno.test("the network is its peers, those that are gone, and what is besides", () => {
  const dials = {
    control: new Dials().outcomes,
    data: new Dials().outcomes,
  };
  const gone = plus(plus(NO_COUNTS, CONTROL), DATA);
  const metrics = networkMetrics(
    [peerMetrics([DATA]), peerMetrics([CONTROL])],
    {
      past: [gone, NO_COUNTS],
      queued: { inbox: { messages: 1, bytes: 1 } },
      drops: { duplicate: 7 },
      dials,
    },
  );
  assert.deepEqual(metrics, {
    activeConnections: 3,
    bytesSent: 22,
    bytesReceived: 44,
    rttMs: 1.75,
    packets: { sent: 100, lost: 10 },
    streams: { urgent: 1, request: 3, message: 1 },
    queued: {
      bulk: { messages: 3, bytes: 110 },
      inbox: { messages: 1, bytes: 1 },
    },
    drops: { full: 2, disconnected: 8, duplicate: 7 },
    dials,
  });
});

Deno.test("a dial is counted by what became of it, and handed through", async () => {
  const dials = new Dials();
  assert.equal(await dials.count(Promise.resolve(7)), 7);
  const late = new Error("too late");
  late.name = "TimeoutError";
  const failures = [
    ...[ErrorCode.PEER_OTHER_CHAIN, ErrorCode.PEER_REFUSED]
      .map((code) => fault(code, { peer: "p" })),
    fault(ErrorCode.PEER_TIMEOUT, { peer: "p" }),
    ...[late, new Error("nobody there"), "whatever"],
  ];
  for (const failure of failures) {
    const counted = dials.count(Promise.reject(failure));
    await counted.then(assert.fail, (thrown) => assert.equal(thrown, failure));
  }
  assert.deepEqual(dials.outcomes, {
    answered: 1,
    foreign: 1,
    refused: 1,
    late: 2,
    unreachable: 2,
  });
});

Deno.test("an outbox tells what waits in it, and why the rest is gone", () => {
  const outbox = new Outbox<string>([3, 3, 3]);
  for (const item of ["a", "b"]) outbox.push(1, item, 2);
  outbox.push(2, "c", 3);
  assert.deepEqual(outbox.waiting(), {
    urgent: { messages: 0, bytes: 0 },
    announcement: { messages: 1, bytes: 2 },
    bulk: { messages: 1, bytes: 3 },
  });
  assert.deepEqual(outbox.drops, { full: 1, disconnected: 0 });
  outbox.clear();
  assert.deepEqual(outbox.drops, { full: 1, disconnected: 2 });
  assert.equal(outbox.dropped, 3);
});

for (const dataThread of [true, false]) {
  const where = dataThread ? "a thread of its own" : "the node's thread";
  Deno.test(`with the data plane in ${where} a network tells what went over it, also what went to peers that are gone`, async () => {
    const a = await testNetwork(1, { dataThread });
    const b = await testNetwork(2, { dataThread, bootstrap: a.multiaddrs() });
    try {
      let heard = 0;
      a.onMessage(() => heard++);
      a.onRequest("echo", (_, body) => Promise.resolve(body));
      await until("mesh", async () => await isMeshed(a, 1) && isMeshed(b, 1));
      for (const channel of ["vote", "held", "batch"]) {
        b.broadcast(channel, new Uint8Array(1_000));
      }
      await b.request(a.id, "echo", new Uint8Array(500));
      await until("messages", () => heard === 3);
      await until("a round trip, and streams in each direction", async () => {
        const { rttMs, streams } = await b.metrics();
        return rttMs !== undefined && streams.message === 2;
      });
      const metrics = await b.metrics();
      const [peer] = await b.peerInfo();
      assert.ok(metrics.activeConnections >= 2);
      assert.ok(metrics.bytesSent >= 3_500 && metrics.bytesReceived >= 500);
      assert.ok(metrics.packets!.sent > 0, "libp2p's QUIC tells");
      assert.equal(peer!.data!.packets, undefined);
      for (const stream of ["urgent", "announcement", "bulk"]) {
        assert.equal(metrics.streams[stream], 1, stream);
      }
      await until(
        "the end of the question",
        async () => (await b.metrics()).streams.request === 0,
      );
      assert.deepEqual(metrics.queued.urgent, { messages: 0, bytes: 0 });
      assert.equal(metrics.dials.control.answered, 1);
      const { control, data } = await a.metrics().then(({ dials }) => dials);
      assert.equal(control.answered, 0);
      assert.ok(data.answered + metrics.dials.data.answered >= 1);
      assert.deepEqual(
        Object.keys(metrics.drops).sort(),
        [
          ...["crossing", "disconnected", "duplicate", "full", "ignored"],
          ...["rejected", "unhandled"],
        ],
      );

      await a.close();
      await until("loss", () => b.peers().length === 0);
      const after = await b.metrics();
      assert.equal(after.activeConnections, 0);
      assert.equal(after.rttMs, undefined);
      assert.ok(after.bytesSent >= metrics.bytesSent);
      assert.ok(after.packets!.sent >= metrics.packets!.sent);
      assert.deepEqual(await b.peerInfo(), []);
    } finally {
      await Promise.all([a.close(), b.close()]);
    }
    await assert.rejects(b.metrics(), { codeName: "SHUTTING_DOWN" });
  });
}
