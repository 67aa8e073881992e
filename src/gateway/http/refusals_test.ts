/** What clients see of the door, over each of the ways in. */
import assert from "node:assert/strict";
import { chainInfoOf, createWallet, encodeAddress } from "../../client/mod.ts";
import { ErrorCode } from "../../errors/mod.ts";
import { openSocket, post, rpc } from "../testing/call.ts";
import { RICH_SEED, type TestGateway, testGateway } from "../testing/mod.ts";

const rich = createWallet(RICH_SEED);
const stranger = encodeAddress(new Uint8Array(32).fill(9));

async function envelope({ chain }: TestGateway, nonce: number) {
  const info = chainInfoOf(chain.genesis);
  const terms = { to: stranger, amount: 1n, validUntil: 10 };
  return (await rich.transfer(info, { ...terms, nonce })).envelope;
}

/** The error that each of the ways in answers with, and the HTTP status where there is one. */
async function refusals(test: TestGateway) {
  const { url } = test.gateway;
  const bytes = await envelope(test, 1);
  const params = { transaction: bytes.toBase64() };
  await using socket = await openSocket(url);
  socket.send({ jsonrpc: "2.0", id: 1, method: "submit", params });
  const bulk = await post(`${url}/submit`, new Blob([bytes]));
  return {
    status: bulk.status,
    errors: [
      bulk.json.error,
      (await rpc(url, "submit", params)).error,
      (await socket.next()).error,
    ],
  };
}

Deno.test("a node with too much waiting says when to come back, over bytes, JSON and sockets", async () => {
  await using test = await testGateway({ limits: { backlogBurst: 1 } });
  test.chain.eager = false;
  const first = await envelope(test, 0);
  await rpc(test.gateway.url, "submit", { transaction: first.toBase64() });
  const { status, errors } = await refusals(test);
  assert.equal(status, 503);
  for (const { code, data } of errors) {
    assert.equal(code, ErrorCode.RPC_BUSY);
    assert.deepEqual(data.detail, { waiting: 1, wait_ms_max: 500 });
    assert.equal(data.retry_after_ms, 1_000);
  }
  test.chain.produce();
  const next = await envelope(test, 1);
  const { result } = await rpc(test.gateway.url, "submit", {
    transaction: next.toBase64(),
  });
  assert.match(result.hash, /^[0-9a-f]{64}$/);
});

Deno.test("a connection that sends bad signatures is cut off, and the next one may err less", async () => {
  await using test = await testGateway();
  const { url } = test.gateway;
  test.chain.refuse = () => ErrorCode.SIGNATURE_INVALID;
  const bytes = await envelope(test, 0);
  const body = new Blob(new Array(40).fill(bytes));
  const first = await fetch(`${url}/submit`, { method: "POST", body });
  assert.equal(first.status, 200);
  const codes = new Uint32Array((await first.arrayBuffer()).slice(40 * 32));
  assert.ok(codes.every((code) => code === ErrorCode.SIGNATURE_INVALID));
  const second = await fetch(`${url}/submit`, { method: "POST", body });
  assert.equal(second.status, 429);
  assert.equal(second.headers.get("retry-after"), "2");
  const { error } = await second.json();
  assert.equal(error.data.name, "SOURCE_BLOCKED");
  assert.ok(error.data.retry_after_ms > 1_000);
  // The connection was closed: this one is new, and may err half as often.
  const less = new Blob(new Array(8).fill(bytes));
  const third = await fetch(`${url}/submit`, { method: "POST", body: less });
  assert.equal(third.status, 200);
  await third.arrayBuffer();
  const fourth = await fetch(`${url}/submit`, { method: "POST", body: less });
  assert.equal(fourth.status, 429);
  assert.equal(fourth.headers.get("retry-after"), "4");
  await fourth.body?.cancel();
});

Deno.test("a socket that sends bad signatures is a source as well", async () => {
  await using test = await testGateway();
  test.chain.refuse = () => ErrorCode.SIGNATURE_INVALID;
  const transaction = (await envelope(test, 0)).toBase64();
  await using socket = await openSocket(test.gateway.url);
  const names = new Set<string>();
  for (let id = 0; id < 34; id++) {
    socket.send({
      jsonrpc: "2.0",
      id,
      method: "submit",
      params: { transaction },
    });
    names.add((await socket.next()).error.data.name);
  }
  assert.deepEqual([...names], ["SIGNATURE_INVALID", "SOURCE_BLOCKED"]);
  socket.send({ jsonrpc: "2.0", id: 99, method: "status" });
  assert.ok("height" in (await socket.next()).result);
});
