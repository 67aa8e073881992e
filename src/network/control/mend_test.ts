import assert from "node:assert/strict";
import { multiaddr } from "@multiformats/multiaddr";
import type { Stream } from "@libp2p/interface";
import { defaultConfig } from "../../config/mod.ts";
import { collectingLog, systemClock } from "../../platform/mod.ts";
import { until } from "../testing/open.ts";
import { guardControl } from "./guarded.ts";
import { startLibp2p } from "./node.ts";

const { network: config } = defaultConfig();

function start(number: number) {
  return startLibp2p({
    gossipTopic: "test",
    discovery: { kadDht: false, mdns: false },
    scope: { kad: "/kad", serviceTag: "_test._udp.local", isTold: () => true },
    seed: new Uint8Array(32).fill(number),
    listen: { host: "127.0.0.1", port: 0 },
    announce: [],
    config,
    guarded: guardControl({
      ...{ clock: systemClock(), log: collectingLog(), config },
    }),
  });
}

/** A UDP port from which only the first datagram of each dial is passed on, and no answer comes back. */
function blackHole(port: number) {
  const socket = Deno.listenDatagram({
    transport: "udp",
    hostname: "127.0.0.1",
    port: 0,
  });
  let passed = 0;
  (async () => {
    const seen = new Set<number>();
    for await (const [datagram, from] of socket) {
      if (from.transport !== "udp" || seen.has(from.port)) continue;
      seen.add(from.port);
      const out = Deno.listenDatagram({
        transport: "udp",
        hostname: "127.0.0.1",
        port: 0,
      });
      await out.send(datagram, {
        transport: "udp",
        hostname: "127.0.0.1",
        port,
      });
      out.close();
      passed++;
    }
  })();
  return {
    port: (socket.addr as Deno.NetAddr).port,
    passed: () => passed,
    close: () => socket.close(),
  };
}

Deno.test("half-open handshakes keep nobody out", async () => {
  const server = await start(1);
  const client = await start(2);
  const others = await Promise.all([3, 4, 5, 6].map(start));
  const address = server.getMultiaddrs()[0]!.toString();
  const port = Number(/udp\/(\d+)/.exec(address)?.[1]);
  const hole = blackHole(port);
  const holeAddress = address.replace(String(port), String(hole.port));
  try {
    let ended = 0;
    for (const other of others) {
      other.dial(multiaddr(holeAddress)).catch(() => undefined)
        .finally(() => ended++);
    }
    await until("half-open ones", () => hole.passed() === others.length);
    await client.dial(multiaddr(address));
    assert.equal(ended, 0);
  } finally {
    hole.close();
    await Promise.all([server, client, ...others].map((node) => node.stop()));
  }
});

Deno.test("a paused stream is not read and not broken off, its writer waits, and all of it comes later, in large portions", async () => {
  const server = await start(1);
  const client = await start(2);
  const total = 32 << 20;
  let received = 0;
  let largest = 0;
  let stream: Stream | undefined;
  await server.handle("/bulk/1", (incoming) => {
    stream = incoming;
    incoming.addEventListener("message", ({ data }) => {
      received += data.byteLength;
      largest = Math.max(largest, data.byteLength);
      if (received === data.byteLength) incoming.pause();
    });
  });
  try {
    const out = await client.dialProtocol(
      server.getMultiaddrs()[0]!,
      "/bulk/1",
    );
    const chunk = new Uint8Array(1 << 16);
    let sent = 0;
    const sending = (async () => {
      for (; sent < total; sent += chunk.length) {
        if (!out.send(chunk)) await out.onDrain();
      }
    })();
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.ok(sent < 2 * config.quic.max_stream_data, `${sent}`);
    assert.equal(stream!.status, "open");
    assert.ok(received + stream!.readBufferLength < 1 << 18, `${received}`);
    stream!.resume();
    await sending;
    await until("all of it", () => received === total);
    assert.ok(largest > 16_384, `${largest}`);
  } finally {
    await client.stop();
    await server.stop();
  }
});
