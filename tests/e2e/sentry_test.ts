/** Four validators in a permissioned network, one of them behind a sentry node: it takes part, and nobody else knows where it is. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { ask, type NodeProcess, startNode, withHome } from "../harness.ts";
import { makeHomes } from "../support/neighbours.ts";
import { until } from "../support/wait.ts";

const UNTIL_MS_MAX = 60_000;
const AUTHORITY = "a5".repeat(32);

const idIn = (address: string) => address.split("/").at(-1)!;

/** Puts lines under `[p2p]` of a home, in the place of those of the same keys. */
async function configure(home: string, keys: Record<string, unknown>) {
  const path = join(home, "config.toml");
  let text = await Deno.readTextFile(path);
  for (const [key, value] of Object.entries(keys)) {
    text = text.replace(new RegExp(`^${key} = .*\\n`, "m"), "");
    text = text.replace(
      /^\[p2p\]$/m,
      (head) => `${head}\n${key} = ${JSON.stringify(value)}`,
    );
  }
  await Deno.writeTextFile(path, text);
}

Deno.test("a validator behind its sentry takes part, while nobody without a certificate and nobody else sees it", async () => {
  await withHome(async (directory) => {
    const places = await makeHomes(directory, 4);
    const [hidden, ...open] = places;
    const hiddenId = idIn(hidden!.address);
    const genesis = `${hidden!.home}/genesis.json`;
    const others = open.map(({ address }) => address);
    const running: NodeProcess[] = [];
    const start = async (home: string) => {
      const args = { command: "start", args: [], rpcPort: "kept" };
      running.push(await startNode(home, args));
      return running.at(-1)!;
    };
    const certify = (id: string, home: string) =>
      ask(
        ...["key", "certify", id, "--by", AUTHORITY, "--genesis", genesis],
        ...["--days", "1", "--out", join(home, "node.certificate")],
      );
    const newHome = async (name: string) => {
      const home = join(directory, name);
      await ask("init", "--home", home, "--genesis", genesis);
      await Deno.writeTextFile(
        join(home, "config.toml"),
        '[rpc]\nport = 0\n[p2p]\nhost = "127.0.0.1"\nport = 0\n',
      );
      await configure(home, { bootstrap: others });
      return home;
    };
    const peersOf = async ({ ready }: NodeProcess) =>
      await ask("peers", "--rpc", ready.rpc);
    const idsOf = async (node: NodeProcess): Promise<string[]> =>
      (await peersOf(node)).peers.map(({ id }: { id: string }) => id);
    try {
      const { authority } = await certify(hiddenId, hidden!.home);
      for (const { home, address } of open) {
        await certify(idIn(address), home);
        await configure(home, {
          bootstrap: others.filter((one) => one !== address),
          authorities: [authority],
        });
      }
      const sentryHome = await newHome("sentry");
      const first = await start(sentryHome);
      const sentryId = idIn(first.ready.p2p[0]!);
      await first.stop();
      await certify(sentryId, sentryHome);
      await configure(sentryHome, {
        private_peers: [hiddenId],
        authorities: [authority],
      });
      const sentry = await start(sentryHome);
      await configure(hidden!.home, {
        connect: "persistent",
        persistent_peers: [sentry.ready.p2p[0]],
        bootstrap: others,
        authorities: [authority],
      });
      const validators = [];
      for (const { home } of places) validators.push(await start(home));
      const [behind, second, third, last] = validators;
      const outsider = await start(await newHome("outsider"));
      await until(
        "all that may are connected",
        UNTIL_MS_MAX,
        async () => (await idsOf(sentry)).length === 4,
      );
      // Three of four are needed: without the hidden one's votes the chain would halt.
      await last!.kill();
      const dev = JSON.parse(
        await Deno.readTextFile(`${hidden!.home}/dev-accounts.json`),
      ).accounts;
      const sent = await ask(
        ...["send", "--from", dev[0].secret_key, "--to", dev[9].address],
        ...["--amount", "7", "--rpc", second!.ready.rpc, "--timeout", "60s"],
      );
      await until(
        "the hidden one has it",
        UNTIL_MS_MAX,
        async () =>
          (await behind!.client.status()).height >= BigInt(sent.height),
      );
      assert.equal((await behind!.client.transaction(sent.hash)).code, 0);
      assert.deepEqual(await idsOf(behind!), [sentryId]);
      assert.deepEqual((await peersOf(behind!)).peers[0].roles, ["persistent"]);
      const { peers } = await peersOf(sentry);
      const [shown] = peers.filter(({ id }: { id: string }) => id === hiddenId);
      assert.deepEqual(shown.roles, ["private", "validator"]);
      for (const node of [second!, third!]) {
        const ids = await idsOf(node);
        assert.ok(ids.includes(sentryId) && !ids.includes(hiddenId));
      }
      assert.deepEqual(await idsOf(outsider), []);
    } finally {
      for (const node of running) await node.kill();
    }
  });
});
