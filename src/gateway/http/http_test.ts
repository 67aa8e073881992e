import assert from "node:assert/strict";
import fc from "fast-check";
import { chainInfoOf, createWallet, encodeAddress } from "../../client/mod.ts";
import { post, rpc } from "../testing/call.ts";
import { RICH_SEED, testGateway } from "../testing/mod.ts";

const rich = createWallet(RICH_SEED);
const stranger = encodeAddress(new Uint8Array(32).fill(9));
const request = (method: string, params?: unknown, id: unknown = 1) => ({
  jsonrpc: "2.0",
  id,
  method,
  params,
});

Deno.test("every malformed request gets its code and an answer in JSON", async () => {
  await using test = await testGateway();
  const cases: [BodyInit, string][] = [
    ["", "RPC_PARSE"],
    ["{", "RPC_PARSE"],
    [Uint8Array.of(0xff, 0xfe), "RPC_PARSE"],
    ["null", "RPC_INVALID_REQUEST"],
    ["[]", "RPC_INVALID_REQUEST"],
    ['{"jsonrpc":"1.0","id":1,"method":"status"}', "RPC_INVALID_REQUEST"],
    ['{"jsonrpc":"2.0","id":{},"method":"status"}', "RPC_INVALID_REQUEST"],
    [JSON.stringify(request("nothing")), "RPC_UNKNOWN_METHOD"],
    [JSON.stringify(request("__proto__")), "RPC_UNKNOWN_METHOD"],
    [JSON.stringify(request("account")), "RPC_INVALID_PARAMS"],
    [JSON.stringify(request("status", { extra: 1 })), "RPC_INVALID_PARAMS"],
    [JSON.stringify(request("block", { height: -1 })), "RPC_INVALID_PARAMS"],
    [JSON.stringify(request("block", { height: 1.5 })), "RPC_INVALID_PARAMS"],
    [JSON.stringify(request("wait", { hash: "zz" })), "RPC_INVALID_PARAMS"],
    [
      JSON.stringify(request("account", { address: "rst1qqqq" })),
      "ADDRESS_MALFORMED",
    ],
    [
      JSON.stringify(request("submit", { transaction: "!" })),
      "TRANSACTION_MALFORMED",
    ],
    [
      JSON.stringify(request("submit", { transaction: "" })),
      "TRANSACTION_MALFORMED",
    ],
    [
      JSON.stringify(request("submit", { transaction: "A".repeat(30_000) })),
      "TRANSACTION_TOO_LARGE",
    ],
    [
      JSON.stringify(request("subscribe", { topic: "blocks" })),
      "RPC_INVALID_REQUEST",
    ],
  ];
  for (const [body, name] of cases) {
    const { json } = await post(test.gateway.url, body);
    assert.equal(json.error?.data.name, name, String(body).slice(0, 80));
    assert.match(json.error.message, /\.$/);
  }
  assert.deepEqual(test.logged(), ["the gateway listens"]);
});

Deno.test("a batch is answered in order, notifications are not", async () => {
  await using test = await testGateway();
  const { url } = test.gateway;
  const { json } = await post(
    url,
    JSON.stringify([
      request("status", undefined, "a"),
      { jsonrpc: "2.0", method: "status" },
      request("nothing", undefined, "b"),
    ]),
  );
  assert.deepEqual(json.map(({ id }: { id: string }) => id), ["a", "b"]);
  const silent = await post(url, '{"jsonrpc":"2.0","method":"status"}');
  assert.deepEqual([silent.status, silent.json], [204, ""]);
  const calls = Array.from({ length: 101 }, () => request("status"));
  const { json: refused } = await post(url, JSON.stringify(calls));
  assert.equal(refused.error.data.name, "RPC_INVALID_REQUEST");
});

Deno.test("a body over the limit is refused, declared or not", async () => {
  await using test = await testGateway({ limits: { jsonBytesMax: 1_000 } });
  const { url } = test.gateway;
  const long = " ".repeat(2_000);
  const declared = await post(url, long);
  assert.deepEqual(
    [declared.status, declared.json.error.code],
    [413, 604],
  );
  const stream = new Blob([long]).stream();
  const streamed = await post(url, stream);
  assert.deepEqual([streamed.status, streamed.json.error.code], [413, 604]);
});

Deno.test("a body that does not arrive in time is refused", async () => {
  await using test = await testGateway({ limits: { bodyTimeoutMs: 30 } });
  const head = "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{";
  assert.match(await raw(test.gateway.port, head), /^HTTP\/1.1 408 /);
});

Deno.test("POST /submit answers each of many envelopes", async () => {
  await using test = await testGateway();
  const chain = chainInfoOf(test.chain.genesis);
  const other = { ...chain, genesisHash: new Uint8Array(32) };
  const sign = (on: typeof chain, nonce: number) =>
    rich.transfer(on, { to: stranger, amount: 1n, nonce, validUntil: 10 });
  const signed = [await sign(chain, 0), await sign(other, 1)];
  const response = await fetch(`${test.gateway.url}/submit`, {
    method: "POST",
    body: new Blob(signed.map(({ envelope }) => envelope)),
  });
  const answer = new Uint8Array(await response.arrayBuffer());
  assert.equal(answer.length, 72);
  assert.equal(answer.subarray(0, 32).toHex(), signed[0]?.hash);
  assert.deepEqual(
    [...new Uint32Array(answer.slice(64).buffer)],
    [0, 104],
  );
});

Deno.test("POST /submit refuses garbage, truncation, excess and nothing", async () => {
  await using test = await testGateway({
    limits: { submitTransactionsMax: 2, submitBytesMax: 10_000 },
  });
  const url = `${test.gateway.url}/submit`;
  const { envelope } = await rich.transfer(chainInfoOf(test.chain.genesis), {
    to: stranger,
    amount: 1n,
    nonce: 0,
    validUntil: 10,
  });
  const cases: [Blob, string][] = [
    [new Blob([]), "RPC_INVALID_REQUEST"],
    [new Blob([new Uint8Array(99)]), "TRANSACTION_MALFORMED"],
    [new Blob([envelope.slice(0, -1)]), "TRANSACTION_MALFORMED"],
    [new Blob([new Uint8Array(200).fill(0xff)]), "TRANSACTION_TOO_LARGE"],
    [new Blob([envelope, envelope, envelope]), "RPC_INVALID_REQUEST"],
    [new Blob([new Uint8Array(10_001)]), "RPC_BODY_TOO_LARGE"],
  ];
  for (const [body, name] of cases) {
    assert.equal((await post(url, body)).json.error.data.name, name);
  }
});

Deno.test("bulk submissions beyond the memory for them are told to come back", async () => {
  await using test = await testGateway({
    limits: { submitBytesMax: 1_000, submitBytesInFlightMax: 1_000 },
  });
  const url = `${test.gateway.url}/submit`;
  let release = () => {};
  const slow = new ReadableStream({
    start(controller) {
      controller.enqueue(new Uint8Array(1));
      release = () => controller.close();
    },
  });
  const first = post(url, slow);
  let refused = await post(url, new Uint8Array(1_000));
  for (let tries = 0; refused.json.error.code !== 605 && tries < 50; tries++) {
    refused = await post(url, new Uint8Array(1_000));
  }
  assert.deepEqual([refused.status, refused.json.error.code], [503, 605]);
  assert.equal(refused.json.error.data.retry_after_ms, 1_000);
  const again = await fetch(url, {
    method: "POST",
    body: new Uint8Array(1_000),
  });
  assert.equal(again.headers.get("retry-after"), "1");
  await again.body?.cancel();
  release();
  assert.equal((await first).json.error.data.name, "TRANSACTION_MALFORMED");
});

Deno.test("requests beyond the limit are told to come back", async () => {
  await using test = await testGateway({ limits: { requestsMax: 1 } });
  const { url } = test.gateway;
  const hash = "00".repeat(32);
  const waiting = rpc(url, "wait", { hash, timeout_ms: 3_000 });
  let refused = await post(url, JSON.stringify(request("status")));
  for (let tries = 0; refused.status === 200 && tries < 50; tries++) {
    refused = await post(url, JSON.stringify(request("status")));
  }
  assert.deepEqual([refused.status, refused.json.error.code], [503, 605]);
  await waiting;
  const after = await post(url, JSON.stringify(request("status")));
  assert.equal(after.json.result?.height, 0);
});

Deno.test("livez is true at once, readyz when the tip is executed and recent", async () => {
  await using patient = await testGateway({ readyAgeMsMax: 60_000 });
  await using impatient = await testGateway({ readyAgeMsMax: 1 });
  const get = async ({ gateway }: typeof patient, path: string) => {
    const response = await fetch(gateway.url + path);
    return { status: response.status, ...await response.json() };
  };
  const live = { status: 200, live: true };
  assert.deepEqual(await get(patient, "/livez"), live);
  for (const one of [patient, impatient]) {
    assert.equal((await get(one, "/readyz")).reason, "no block yet");
    one.chain.produce();
  }
  assert.equal((await get(patient, "/readyz")).ready, true);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const stale = await get(impatient, "/readyz");
  assert.deepEqual([stale.status, stale.reason], [
    503,
    "the last block is old",
  ]);
});

Deno.test("pages of other origins may call only when they are configured", async () => {
  await using test = await testGateway({
    corsOrigins: ["http://localhost:5173"],
  });
  const { url, port } = test.gateway;
  const from = async (origin: string) => {
    const { json } = await post(url, JSON.stringify(request("status")), {
      origin,
    });
    return json.error?.data.name ?? "OK";
  };
  assert.equal(await from("https://example.org"), "RPC_INVALID_REQUEST");
  assert.equal(await from("null"), "RPC_INVALID_REQUEST");
  assert.equal(await from(`http://127.0.0.1:${port}`), "OK");
  assert.equal(await from("http://localhost:5173"), "OK");
  const preflight = await fetch(url, {
    method: "OPTIONS",
    headers: { origin: "http://localhost:5173" },
  });
  assert.equal(
    preflight.headers.get("access-control-allow-origin"),
    "http://localhost:5173",
  );
  assert.equal(preflight.status, 204);
});

Deno.test("a name that leads here but is not the node's does not make an origin its own", async () => {
  await using test = await testGateway({ hosts: ["chain.example"] });
  const body = JSON.stringify(request("status"));
  const from = (host: string) =>
    raw(
      test.gateway.port,
      `POST / HTTP/1.1\r\nhost: ${host}\r\norigin: http://${host}\r\n` +
        `content-length: ${body.length}\r\n\r\n${body}`,
    );
  assert.match(await from("rebound.example"), /^HTTP\/1.1 400 /);
  assert.match(await from("chain.example"), /^HTTP\/1.1 200 /);
});

Deno.test("the page is served with a policy that forbids inline scripts, and by its tag", async () => {
  await using test = await testGateway();
  const { url } = test.gateway;
  const page = await fetch(url);
  assert.match(await page.text(), /<!doctype html>/i);
  const policy = page.headers.get("content-security-policy") ?? "";
  assert.match(policy, /script-src 'self';/);
  const etag = page.headers.get("etag") ?? "";
  const again = await fetch(url, { headers: { "if-none-match": etag } });
  assert.equal(again.status, 304);
  const vendor = await fetch(`${url}/vendor/htm-preact.js`);
  assert.match(vendor.headers.get("content-type") ?? "", /javascript/);
  await vendor.body?.cancel();
});

Deno.test("unknown paths and methods get a code, not a file", async () => {
  await using test = await testGateway();
  const { url } = test.gateway;
  for (
    const path of ["/none", "/..%2f..%2fdeno.json", "/vendor/../../deno.json"]
  ) {
    const response = await fetch(url + path);
    assert.equal(response.status, 404, path);
    assert.equal((await response.json()).error.data.name, "RPC_NOT_FOUND");
  }
  const wrong = await fetch(`${url}/submit`);
  assert.equal(wrong.status, 405);
  await wrong.body?.cancel();
});

Deno.test("any body gets a JSON-RPC error, and the gateway goes on", async () => {
  await using test = await testGateway();
  const { url } = test.gateway;
  const anyRequest = fc.oneof(
    fc.uint8Array({ maxLength: 400 }).map((bytes) => new Uint8Array(bytes)),
    fc.json(),
    fc.record({
      jsonrpc: fc.constant("2.0"),
      id: fc.jsonValue({ maxDepth: 1 }),
      method: fc.constantFrom(
        "account",
        "block",
        "submit",
        "wait",
        "subscribe",
      ),
      params: fc.oneof(
        fc.jsonValue(),
        fc.dictionary(
          fc.constantFrom("address", "height", "hash", "transaction", "topic"),
          fc.jsonValue(),
        ),
      ),
    }).map((value) => JSON.stringify(value)),
  );
  await fc.assert(
    fc.asyncProperty(anyRequest, async (body) => {
      const { json } = await post(url, body);
      for (const reply of [json].flat()) {
        assert.ok(Number.isInteger(reply.error.code));
        assert.match(reply.error.message, /\.$/);
        assert.notEqual(reply.error.data.name, "RPC_INTERNAL");
      }
    }),
    { numRuns: 300 },
  );
  assert.equal((await rpc(url, "status")).result.height, 0);
});

Deno.test("any bytes to /submit get an error or an answer for each envelope", async () => {
  await using test = await testGateway();
  const url = `${test.gateway.url}/submit`;
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 500 }).map((bytes) => new Uint8Array(bytes)),
      async (body) => {
        const { json } = await post(url, body);
        assert.match(json.error.data.name, /^(TRANSACTION_|RPC_INVALID_R)/);
      },
    ),
    { numRuns: 200 },
  );
});

/** What a server says first to a request in bytes. */
async function raw(port: number, text: string): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(text));
  const answer = new Uint8Array(4_096);
  const length = await connection.read(answer) ?? 0;
  return new TextDecoder().decode(answer.subarray(0, length));
}
