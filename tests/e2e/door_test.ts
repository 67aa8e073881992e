/** What is not even a request: the door answers with a code, stays up, and does not grow. */
import assert from "node:assert/strict";
import { withNode } from "../harness.ts";

async function post(url: string, body: BodyInit) {
  const response = await fetch(url, { method: "POST", body });
  const text = await response.text();
  return { status: response.status, json: JSON.parse(text) };
}

Deno.test("bodies that are not requests get JSON-RPC's own codes", async () => {
  await withNode(async ({ ready: { rpc } }) => {
    const request = (fields: object) =>
      JSON.stringify({ jsonrpc: "2.0", id: 1, ...fields });
    const codeOf = async (body: BodyInit) =>
      (await post(rpc, body)).json.error.code;
    assert.equal(await codeOf("{"), -32700);
    assert.equal(await codeOf("[]"), -32600);
    assert.equal(await codeOf("7"), -32600);
    assert.equal(await codeOf(request({ method: "no" })), -32601);
    assert.equal(
      await codeOf(request({ method: "account", params: { address: 7 } })),
      -32602,
    );
    assert.equal(
      await codeOf(request({ method: "status", params: { more: 1 } })),
      -32602,
    );
    const unknown = request({
      method: "transaction",
      params: { hash: "00".repeat(32) },
    });
    assert.equal(
      (await post(rpc, unknown)).json.error.data.name,
      "RPC_NOT_FOUND",
    );
  });
});

Deno.test("a body that is too large is refused before it is read", async () => {
  await withNode(async ({ ready: { rpc } }) => {
    for (const path of ["/", "/submit"]) {
      const response = await fetch(rpc + path, {
        method: "POST",
        body: new Uint8Array(32 * 1024 * 1024),
      }).catch(() => undefined);
      await response?.body?.cancel();
      if (response) assert.equal(response.status, 413, path);
    }
    const { status } = await post(
      rpc,
      '{"jsonrpc":"2.0","id":1,"method":"status"}',
    );
    assert.equal(status, 200);
  });
});

Deno.test("frames that are not requests are answered or end the socket, nothing else", async () => {
  await withNode(async ({ ready: { rpc } }) => {
    for (const frame of ["", "{", "[]", "\0\0", "x".repeat(1024 * 1024)]) {
      const socket = new WebSocket(`${rpc.replace("http", "ws")}/ws`);
      const answered = new Promise<string>((resolve) => {
        socket.onmessage = ({ data }) => resolve(data);
        socket.onclose = () => resolve("closed");
      });
      await new Promise((resolve) => socket.onopen = resolve);
      socket.send(frame);
      const answer = await answered;
      if (answer !== "closed") assert.ok(JSON.parse(answer).error, answer);
      socket.close();
      await new Promise((resolve) => {
        if (socket.readyState === WebSocket.CLOSED) resolve(undefined);
        socket.onclose = resolve;
      });
    }
    assert.equal(
      (await post(rpc, '{"jsonrpc":"2.0","id":1,"method":"status"}')).status,
      200,
    );
  });
});

Deno.test("a binary submission answers each transaction by itself", async () => {
  await withNode(async ({ ready: { rpc }, client }) => {
    const response = await fetch(`${rpc}/submit`, {
      method: "POST",
      body: crypto.getRandomValues(new Uint8Array(5_000)),
    });
    const text = await response.text();
    assert.ok(response.status >= 400 || text.includes("code"), text);
    assert.ok((await client.status()).height >= 0n);
  });
});

/** Resident memory of a process, in bytes; 0 where the system does not tell it. */
async function residentBytes(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
}

Deno.test("a flood of bad input leaves the node answering and its memory as it was", async () => {
  await withNode(async ({ ready: { rpc }, client, pid }) => {
    const noise = crypto.getRandomValues(new Uint8Array(60_000));
    const bad: [string, BodyInit][] = [
      ["/", noise],
      ["/", "[".repeat(50_000)],
      ["/", `{"jsonrpc":"2.0","id":1,"method":"${"m".repeat(50_000)}"}`],
      ["/submit", noise],
    ];
    const flood = async (rounds: number) => {
      for (let round = 0; round < rounds; round++) {
        await Promise.all(bad.map(async ([path, body]) => {
          const response = await fetch(rpc + path, { method: "POST", body });
          await response.body?.cancel();
          assert.ok(response.status < 500, `${path}: ${response.status}`);
        }));
      }
    };
    // Until garbage is collected as fast as it comes.
    await flood(600);
    const before = await residentBytes(pid);
    await flood(600);
    const grown = await residentBytes(pid) - before;
    assert.ok(grown < 64 * 1024 * 1024, `${grown} bytes more`);
    assert.ok((await client.status()).height > 0n);
  });
});
