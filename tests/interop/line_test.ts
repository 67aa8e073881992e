/** Four validators in a line: messages pass from node to node, batches go hop by hop. */
import assert from "node:assert/strict";
import { createClient } from "../../mod.ts";
import { ask, type NodeProcess, startNode, withHome } from "../harness.ts";
import { connectOnly, makeHomes } from "../support/neighbours.ts";
import { until } from "../support/wait.ts";

const UNTIL_MS_MAX = 60_000;

Deno.test("validators in a line agree, and go on when the line is laid anew", async (t) => {
  await withHome(async (directory) => {
    const places = await makeHomes(directory, 4);
    const running = new Map<number, NodeProcess>();
    const start = async (number: number) => {
      const { home } = places[number]!;
      const args = { command: "start", args: [], rpcPort: "kept" };
      running.set(number, await startNode(home, args));
    };
    /** Starts the nodes of `order` so that each is connected to those beside it. */
    const lay = async (order: number[], changed: number[]) => {
      for (const number of changed) await running.get(number)?.kill();
      for (const number of changed) {
        const at = order.indexOf(number);
        const beside = [order[at - 1], order[at + 1]]
          .flatMap((other) => other === undefined ? [] : [places[other]!]);
        await connectOnly(places[number]!, beside);
      }
      await Promise.all(changed.map(start));
    };
    const urlOf = (number: number) => running.get(number)!.ready.rpc;
    const dev = JSON.parse(
      await Deno.readTextFile(`${places[0]!.home}/dev-accounts.json`),
    ).accounts;
    /** Sends at one end; the other end must show it. */
    const transfer = async (from: number, to: number, account: number) => {
      const sent = await ask(
        ...["send", "--from", dev[account].secret_key, "--to", dev[9].address],
        ...["--amount", "7", "--rpc", urlOf(from), "--timeout", "60s"],
      );
      const there = createClient({ url: urlOf(to) });
      await until(
        "the other end has it",
        UNTIL_MS_MAX,
        async () => (await there.status()).height >= BigInt(sent.height) + 1n,
      );
      const found = await there.transaction(sent.hash);
      assert.deepEqual([found.height, found.code], [BigInt(sent.height), 0]);
    };
    const peersOf = async (number: number) =>
      (await createClient({ url: urlOf(number) }).status()).peers;
    try {
      await t.step(
        "what is sent at one end is final at the other",
        async () => {
          await lay([0, 1, 2, 3], [0, 1, 2, 3]);
          await transfer(0, 3, 0);
          await transfer(3, 0, 1);
          assert.deepEqual(await Promise.all([0, 1, 2, 3].map(peersOf)), [
            ...[1, 2, 2, 1],
          ]);
        },
      );
      await t.step("the line is laid anew in its middle", async () => {
        await lay([0, 1, 3, 2], [1, 2, 3]);
        await transfer(0, 2, 2);
        await transfer(2, 0, 3);
        assert.deepEqual(await Promise.all([0, 1, 2, 3].map(peersOf)), [
          ...[1, 2, 1, 2],
        ]);
      });
    } finally {
      for (const node of running.values()) await node.kill();
    }
  });
});
