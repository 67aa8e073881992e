import assert from "node:assert/strict";
import { testNetwork, until } from "./testing/open.ts";

/** Well below the 30 s after which a silent connection times out. */
const BACK_MS_MAX = 15_000;
const NOTICED_MS_MAX = 20_000;
const CHILD = new URL("./testing/child.ts", import.meta.url).pathname;

/** A node in a process of its own; resolves when it listens. */
async function startChild(...args: string[]) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", CHILD, ...args],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  const address = new TextDecoder().decode(value).trim();
  return {
    address,
    port: /udp\/(\d+)/.exec(address)![1]!,
    async kill() {
      child.kill("SIGKILL");
      await child.status;
      await reader.cancel();
    },
  };
}

Deno.test("a node that is killed and started again at its port is back at once, before its old connections time out", async () => {
  let child = await startChild("2", "0");
  const own = await testNetwork(1, { bootstrap: [child.address] });
  const echo = async () => {
    const [peer] = own.peers();
    const body = Uint8Array.of(1);
    return peer !== undefined &&
      await own.request(peer, "echo", body, 1_000).then(
        () => true,
        () => false,
      );
  };
  try {
    await until("answer", echo);
    await child.kill();
    assert.equal(await echo(), false);
    child = await startChild("2", child.port, own.multiaddrs()[0]!);
    await until("answer", echo, BACK_MS_MAX);
  } finally {
    await child.kill();
    await own.close();
  }
});

Deno.test("the silence of a node that is killed is noticed within seconds, long before its connections time out", async () => {
  const child = await startChild("2", "0");
  const own = await testNetwork(1, { bootstrap: [child.address] });
  const isUp = async () =>
    (await own.peerInfo()).some(({ data }) => data !== undefined);
  try {
    await until("connection", isUp);
    await child.kill();
    await until("silence", async () => !await isUp(), NOTICED_MS_MAX);
  } finally {
    await own.close();
  }
});
