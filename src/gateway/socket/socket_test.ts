import assert from "node:assert/strict";
import fc from "fast-check";
import { encodeAddress } from "../../client/mod.ts";
import { openSocket, post, rpc } from "../testing/call.ts";
import { testGateway } from "../testing/mod.ts";

const call = (id: number, method: string, params?: unknown) => ({
  jsonrpc: "2.0",
  id,
  method,
  params,
});

Deno.test("a subscription gives the past from its cursor, then what comes", async () => {
  await using test = await testGateway();
  for (let height = 1; height <= 5; height++) test.chain.produce();
  await using socket = await openSocket(test.gateway.url);
  socket.send(call(1, "subscribe", { topic: "blocks", cursor: 2 }));
  const { result } = await socket.next();
  assert.equal(result.cursor, 2);
  for (const height of [3, 4, 5]) {
    const { method, params } = await socket.next();
    assert.deepEqual(
      [method, params.subscription, params.topic, params.cursor],
      ["event", result.subscription, "blocks", height],
    );
    assert.equal(params.data.height, height);
  }
  test.chain.produce();
  assert.equal((await socket.next()).params.cursor, 6);
});

Deno.test("without a cursor a subscription starts with the next block", async () => {
  await using test = await testGateway();
  test.chain.produce();
  await using socket = await openSocket(test.gateway.url);
  socket.send(call(1, "subscribe", { topic: "blocks" }));
  assert.equal((await socket.next()).result.cursor, 1);
  test.chain.produce();
  assert.equal((await socket.next()).params.cursor, 2);
});

Deno.test("receipts tell what became of every transaction", async () => {
  await using test = await testGateway();
  await using socket = await openSocket(test.gateway.url);
  socket.send(call(1, "subscribe", { topic: "receipts" }));
  await socket.next();
  const address = encodeAddress(new Uint8Array(32).fill(3));
  const { result } = await rpc(test.gateway.url, "faucet", { address });
  const { params } = await socket.next();
  assert.equal(params.data.receipts[0].hash, result.hash);
  assert.equal(params.data.receipts[0].code_name, "OK");
});

Deno.test("unsubscribe ends the events", async () => {
  await using test = await testGateway();
  await using socket = await openSocket(test.gateway.url);
  socket.send(call(1, "subscribe", { topic: "blocks" }));
  const { subscription } = (await socket.next()).result;
  socket.send(call(2, "unsubscribe", { subscription }));
  await socket.next();
  test.chain.produce();
  socket.send(call(3, "unsubscribe", { subscription }));
  const after = await socket.next();
  assert.deepEqual([after.id, after.error.code], [3, 606]);
});

Deno.test("a long past comes in few frames, in order and complete", async () => {
  await using test = await testGateway();
  for (let height = 1; height <= 300; height++) test.chain.produce();
  let frames = 0;
  const socket = new WebSocket(
    `${test.gateway.url.replace("http", "ws")}/ws`,
  );
  const heights: number[] = [];
  socket.onopen = () =>
    socket.send(
      JSON.stringify(call(1, "subscribe", { topic: "blocks", cursor: 0 })),
    );
  await new Promise<void>((resolve) => {
    socket.onmessage = ({ data }) => {
      frames++;
      for (const { params } of [JSON.parse(data)].flat()) {
        if (params) heights.push(params.cursor);
      }
      if (heights.length === 300) resolve();
    };
  });
  assert.deepEqual(heights, Array.from({ length: 300 }, (_, i) => i + 1));
  assert.ok(frames <= 1 + Math.ceil(300 / 64) + 1, `${frames} frames`);
  socket.close();
  await new Promise((resolve) => socket.onclose = resolve);
});

Deno.test("subscriptions and calls of one socket are limited", async () => {
  await using test = await testGateway({
    limits: { socketSubscriptionsMax: 1, socketCallsMax: 2 },
  });
  await using socket = await openSocket(test.gateway.url);
  socket.send(call(1, "subscribe", { topic: "blocks" }));
  await socket.next();
  socket.send(call(2, "subscribe", { topic: "blocks" }));
  assert.equal((await socket.next()).error.data.name, "RPC_BUSY");
  const hash = "00".repeat(32);
  for (const id of [3, 4, 5]) {
    socket.send(call(id, "wait", { hash, timeout_ms: 3_000 }));
  }
  const replies = [
    await socket.next(),
    await socket.next(),
    await socket.next(),
  ];
  assert.deepEqual(
    replies.map(({ error }) => error.data.name),
    ["RPC_BUSY", "RPC_TIMEOUT", "RPC_TIMEOUT"],
  );
});

Deno.test("sockets beyond the limit are refused, closed ones make room", async () => {
  await using test = await testGateway({ limits: { socketsMax: 1 } });
  const { url } = test.gateway;
  {
    await using _first = await openSocket(url);
    await assert.rejects(openSocket(url));
  }
  for (let tries = 0; tries < 50; tries++) {
    try {
      await using again = await openSocket(url);
      again.send(call(1, "status"));
      assert.equal((await again.next()).result.height, 0);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  assert.fail("the place of the closed socket stayed taken");
});

Deno.test("a frame over the limit is answered and the socket closed", async () => {
  await using test = await testGateway({ limits: { frameBytesMax: 1_000 } });
  await using socket = await openSocket(test.gateway.url);
  socket.send("x".repeat(1_001));
  assert.equal((await socket.closed).code, 1009);
});

Deno.test("binary frames and garbage are answered, and the socket goes on", async () => {
  await using test = await testGateway();
  await using socket = await openSocket(test.gateway.url);
  const notBatch = fc.json().filter((text) => !text.startsWith("["));
  socket.send(new Uint8Array(10));
  assert.equal((await socket.next()).error.data.name, "RPC_INVALID_REQUEST");
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), notBatch), async (frame) => {
      socket.send(frame);
      const { error } = await socket.next();
      assert.ok([-32700, -32600].includes(error.code));
    }),
    { numRuns: 200 },
  );
  socket.send(call(1, "status"));
  assert.equal((await socket.next()).result.height, 0);
});

Deno.test("plain HTTP to /ws and sockets of other origins are refused", async () => {
  await using test = await testGateway();
  const { url } = test.gateway;
  const plain = await fetch(`${url}/ws`);
  assert.equal((await plain.json()).error.data.name, "RPC_INVALID_REQUEST");
  const foreign = await fetch(`${url}/ws`, {
    headers: { origin: "https://example.org" },
  });
  assert.match((await foreign.json()).error.data.detail, /origin/);
});

Deno.test("stopping closes sockets and ends waits", async () => {
  const test = await testGateway();
  const socket = await openSocket(test.gateway.url);
  const waiting = post(
    test.gateway.url,
    JSON.stringify(call(1, "wait", { hash: "00".repeat(32) })),
  );
  socket.send(call(1, "status"));
  await socket.next();
  await test.gateway.stop();
  assert.equal((await socket.closed).code, 1001);
  assert.equal((await waiting).json.error.data.name, "SHUTTING_DOWN");
});
