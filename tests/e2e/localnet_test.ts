/** Four validators as four processes: they agree over QUIC, lose some, and find together again. */
import assert from "node:assert/strict";
import { createClient } from "../../mod.ts";
import {
  ask,
  type DevAccount,
  type NodeProcess,
  startNode,
  withHome,
} from "../harness.ts";
import { startLocalnet } from "../support/localnet.ts";
import { until } from "../support/wait.ts";

const CATCH_UP_MS_MAX = 60_000;

const statusAt = (rpc: string) => createClient({ url: rpc }).status();

/** Sends over one node what another one must show. */
async function transfer(rpc: string, [from, to]: DevAccount[]) {
  return await ask(
    ...["send", "--from", from!.secret_key, "--to", to!.address],
    ...["--amount", "7", "--rpc", rpc],
  );
}

/** The app hash of a height at each node; they must be one. */
async function agree(rpcs: string[], height: bigint) {
  const hashes = await Promise.all(rpcs.map(async (rpc) => {
    await until(
      `${rpc} reaches ${height}`,
      CATCH_UP_MS_MAX,
      async () => (await statusAt(rpc)).height >= height,
    );
    return (await createClient({ url: rpc }).block(height)).appHash;
  }));
  assert.equal(new Set(hashes.map(String)).size, 1, `height ${height}`);
}

Deno.test("four validators agree, go on without one, halt without two, and lose nothing", async (t) => {
  await withHome(async (home) => {
    const net = await startLocalnet(home, 4);
    const rpcs = net.nodes.map(({ rpc }) => rpc);
    const acknowledged: { hash: string; height: number }[] = [];
    const back: NodeProcess[] = [];
    const restart = async (index: number) => {
      const node = await startNode(net.nodes[index]!.home, {
        command: "start",
        args: [],
        rpcPort: "kept",
      });
      assert.equal(node.ready.rpc, rpcs[index], "it keeps its port");
      back.push(node);
    };
    try {
      await t.step("a transfer is final on every node", async () => {
        for (const [n, rpc] of rpcs.entries()) {
          acknowledged.push(await transfer(rpc, net.accounts.slice(n)));
        }
        await agree(rpcs, BigInt(acknowledged.at(-1)!.height));
      });
      await t.step("one killed: the others go on", async () => {
        net.kill(3);
        acknowledged.push(await transfer(rpcs[0]!, net.accounts.slice(4)));
      });
      await t.step("it comes back and catches up", async () => {
        await restart(3);
        const { height } = await statusAt(rpcs[0]!);
        await agree(rpcs, height);
      });
      await t.step("two killed: no height is decided", async () => {
        net.kill(2);
        await back[0]!.kill();
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        const { height } = await statusAt(rpcs[0]!);
        await new Promise((resolve) => setTimeout(resolve, 2_500));
        assert.equal((await statusAt(rpcs[0]!)).height, height);
      });
      await t.step("and status says so", async () => {
        const client = createClient({ url: rpcs[0]! });
        const isHalted = async () => {
          const { halted, consensus } = await client.status();
          return halted && consensus!.unheard.length === 2 &&
            2n * consensus!.powerHeard === consensus!.powerTotal;
        };
        await until(
          "it has halted, and two are not heard",
          CATCH_UP_MS_MAX,
          isHalted,
        );
      });
      await t.step("one of them returns: it goes on", async () => {
        await restart(2);
        acknowledged.push(await transfer(rpcs[2]!, net.accounts.slice(5)));
      });
      await t.step("all killed at once: nothing final is lost", async () => {
        await Promise.all([net.kill(0), net.kill(1), back[1]!.kill()]);
        for (const index of [0, 1, 2, 3]) await restart(index);
        for (const { hash, height } of acknowledged) {
          for (const rpc of rpcs) {
            const client = createClient({ url: rpc });
            await until(
              `${rpc} has ${hash}`,
              CATCH_UP_MS_MAX,
              async () => (await client.status()).height >= BigInt(height) + 1n,
            );
            const found = await client.transaction(hash);
            assert.deepEqual([found.height, found.code], [BigInt(height), 0]);
          }
        }
        await transfer(rpcs[1]!, net.accounts.slice(6));
      });
    } finally {
      for (const node of back) await node.kill();
      await net.stop();
    }
  });
});
