import assert from "node:assert/strict";
import { testGateway } from "../gateway/testing/mod.ts";
import { createClient } from "./mod.ts";

Deno.test("a subscription goes on behind its last event when the connection breaks", async () => {
  await using test = await testGateway();
  const client = createClient({ url: test.gateway.url });
  test.chain.produce();
  const sockets: WebSocket[] = [];
  const Native = WebSocket;
  globalThis.WebSocket = class extends Native {
    constructor(url: string | URL) {
      super(url);
      sockets.push(this);
    }
  };
  try {
    const heights: bigint[] = [];
    for await (const { height } of client.subscribeBlocks({ cursor: 0n })) {
      heights.push(height);
      if (height === 6n) break;
      if (height === 3n) {
        sockets.at(-1)?.close();
        await Promise.all(sockets.map(closed));
        for (let more = 0; more < 3; more++) test.chain.produce();
      } else if (height < 3n) test.chain.produce();
    }
    assert.deepEqual(heights, [1n, 2n, 3n, 4n, 5n, 6n]);
    assert.equal(sockets.length, 2);
  } finally {
    globalThis.WebSocket = Native;
    await Promise.all(sockets.map(closed));
  }
});

Deno.test("a reader who falls far behind loses nothing", async () => {
  await using test = await testGateway();
  const client = createClient({ url: test.gateway.url });
  for (let height = 1; height <= 2_500; height++) test.chain.produce();
  let expected = 1n;
  for await (const { height } of client.subscribeBlocks({ cursor: 0n })) {
    assert.equal(height, expected++);
    if (height === 1n) await new Promise((resolve) => setTimeout(resolve, 200));
    if (height === 2_500n) break;
  }
});

Deno.test("receipts come with their figures, and an aborted signal ends the iteration", async () => {
  await using test = await testGateway();
  const client = createClient({ url: test.gateway.url });
  const paid = await client.faucet(new Uint8Array(32).fill(5));
  const enough = new AbortController();
  const seen = [];
  const events = client.subscribeReceipts({
    cursor: 0n,
    signal: enough.signal,
  });
  for await (const { height, receipts } of events) {
    seen.push([height, receipts.map(({ hash, fee }) => [hash, fee])]);
    enough.abort();
  }
  assert.deepEqual(seen, [[1n, [[paid.hash, 1_200n]]]]);
});

Deno.test("a refused subscription fails instead of trying for ever", async () => {
  await using test = await testGateway();
  const client = createClient({ url: test.gateway.url });
  const events = client.subscribeBlocks({ cursor: -1n });
  await assert.rejects(
    async () => {
      for await (const _ of events);
    },
    { codeName: "RPC_INVALID_PARAMS" },
  );
});

function closed(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState === WebSocket.CLOSED) resolve();
    else socket.addEventListener("close", () => resolve());
  });
}
