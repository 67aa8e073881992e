/** The main job, through the command line: start, transfer, look at it from all sides. */
import assert from "node:assert/strict";
import { createWallet } from "../../mod.ts";
import {
  ask,
  cli,
  type NodeProcess,
  startNode,
  withHome,
  withNode,
} from "../harness.ts";

/** Adds `--rpc` of a node to a command that must succeed. */
const asker = (node: NodeProcess) => (...args: string[]) =>
  ask(...args, "--rpc", node.ready.rpc);

Deno.test("dev is ready with ten funded accounts and an API", async () => {
  await withNode(async ({ ready }) => {
    assert.equal(ready.accounts.length, 10);
    assert.match(ready.rpc, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.match(
      ready.p2p[0] ?? "",
      /^\/ip4\/127\.0\.0\.1\/udp\/\d+\/quic-v1\/p2p\/12D3KooW\w+$/,
    );
    const { id, addresses, peers } = await ask("peers", "--rpc", ready.rpc);
    assert.ok(ready.p2p[0]?.endsWith(`/${id}`));
    assert.deepEqual([addresses, peers], [ready.p2p, []]);
    for (const { address, secret_key } of ready.accounts) {
      assert.match(address, /^rst1[02-9ac-hj-np-z]+$/);
      assert.match(secret_key, /^[0-9a-f]{64}$/);
    }
    for (const path of ["/livez", "/readyz", "/"]) {
      const { status, body } = await fetch(ready.rpc + path);
      await body?.cancel();
      assert.equal(status, 200, path);
    }
  });
});

Deno.test("a transfer is final, has a receipt, and every command tells the same story", async () => {
  await withNode(async (node) => {
    const rpc = asker(node);
    const [from, to] = node.ready.accounts;
    assert.ok(from && to);
    const before = await rpc("account", to.address);
    const payer = await rpc("account", from.address);
    const sent = await rpc(
      ...["send", "--from", from.secret_key, "--to", to.address],
      ...["--amount", "250"],
    );
    assert.match(sent.hash, /^[0-9a-f]{64}$/);
    assert.ok(sent.height >= 1 && sent.latency_ms > 0);
    assert.ok(BigInt(sent.fee) > 0n);

    const after = await rpc("account", to.address);
    assert.equal(BigInt(after.balance) - BigInt(before.balance), 250n);
    assert.equal(after.address, to.address);
    assert.equal(after.nonce, before.nonce);
    const paid = await rpc("account", from.address);
    assert.equal(
      BigInt(payer.balance) - BigInt(paid.balance),
      250n + BigInt(sent.fee),
    );
    assert.equal(paid.nonce, 1);
    assert.deepEqual(paid.lanes, [{ lane: 0, nonce: 1 }]);

    const transaction = await rpc("tx", sent.hash);
    assert.equal(transaction.hash, sent.hash);
    assert.equal(transaction.height, sent.height);
    assert.equal(transaction.code, 0);
    assert.equal(transaction.fee, sent.fee);

    const block = await rpc("block", String(sent.height));
    assert.equal(block.height, sent.height);
    assert.ok(block.transaction_ids.includes(sent.hash));
    assert.match(block.app_hash, /^[0-9a-f]{64}$/);

    const status = await rpc("status");
    assert.equal(status.chain_id, node.ready.chain_id);
    assert.ok(status.height >= sent.height);
    assert.equal(status.syncing, false);
    assert.equal(status.peers, 0);
    const tip = await rpc("block", String(status.height));
    assert.equal(tip.app_hash, status.app_hash);
    assert.equal(
      typeof (await rpc("validators")).validators[0].power,
      "string",
    );
  });
});

Deno.test("account --prove verifies presence and absence", async () => {
  await withNode(async (node, home) => {
    const rpc = asker(node);
    const [from, to] = node.ready.accounts;
    assert.ok(from && to);
    await rpc(
      ...["send", "--from", from.secret_key, "--to", to.address],
      ...["--amount", "7"],
    );
    const plain = await rpc("account", to.address);
    const proven = await rpc("account", to.address, "--prove", "--home", home);
    assert.equal(proven.balance, plain.balance);
    assert.equal(proven.verified, true);
    const { address } = createWallet(new Uint8Array(32).fill(0x5a));
    const absent = await rpc("account", address, "--prove", "--home", home);
    assert.equal(absent.balance, "0");
    assert.equal(absent.verified, true);
  });
});

Deno.test("account --prove refuses the proof of a chain that is not the home's", async () => {
  await withHome(async (other) => {
    await ask("init", "--home", other);
    await withNode(async ({ ready: { rpc, accounts } }) => {
      const { address } = accounts[0]!;
      const result = await cli(
        ...["account", address, "--prove", "--home", other, "--rpc", rpc],
      );
      assert.equal(result.code, 6, result.stdout);
      assert.ok(result.json.error.code >= 400);
    });
  });
});

Deno.test("a stopped chain goes on where it was, and replay agrees", async () => {
  await withNode(async (first, home) => {
    const [from, to] = first.ready.accounts;
    assert.ok(from && to);
    const send = (node: NodeProcess) =>
      asker(node)(
        ...["send", "--from", from.secret_key, "--to", to.address],
        ...["--amount", "5"],
      );
    const sent = await send(first);
    assert.equal(await first.stop(), 0, first.log());

    const second = await startNode(home);
    try {
      assert.deepEqual(second.ready.accounts, first.ready.accounts);
      assert.equal(second.ready.chain_id, first.ready.chain_id);
      assert.equal((await asker(second)("tx", sent.hash)).height, sent.height);
      const again = await send(second);
      assert.ok(again.height > sent.height);
    } finally {
      await second.stop();
    }
    const replay = await ask("replay", "--home", home);
    assert.equal(replay.mismatches, 0);
    assert.ok(replay.height > sent.height);
    assert.match(replay.app_hash, /^[0-9a-f]{64}$/);
    assert.match(replay.receipts_root, /^[0-9a-f]{64}$/);
  });
});

Deno.test("init makes a home that start runs, and --reset makes a new chain", async () => {
  await withNode(async (node, home) => {
    const made = `${home}/made`;
    await ask("init", "--home", made);
    const started = await startNode(made, { command: "start" });
    assert.equal(started.ready.accounts, undefined);
    assert.notEqual(started.ready.chain_id, undefined);
    assert.equal(await started.stop(), 0);

    await node.stop();
    const fresh = await startNode(home, { args: ["--reset"] });
    const { height } = await fresh.client.status();
    assert.ok(height < 20n, `height ${height} after a reset`);
    await fresh.stop();
  });
});

Deno.test("export-genesis --state holds every balance, and nothing is lost or made", async () => {
  await withNode(async (node, home) => {
    const [from, to] = node.ready.accounts;
    assert.ok(from && to);
    await asker(node)(
      ...["send", "--from", from.secret_key, "--to", to.address],
      ...["--amount", "9"],
    );
    const { balance } = await asker(node)("account", to.address);
    await node.stop();
    const supply = (genesis: { accounts: { balance: string }[] }) =>
      genesis.accounts.reduce((sum, one) => sum + BigInt(one.balance), 0n);
    const first = await ask("export-genesis", "--home", home);
    const now = await ask("export-genesis", "--state", "--home", home);
    assert.equal(supply(now), supply(first));
    const balances = now.accounts.map((one: { balance: string }) =>
      one.balance
    );
    assert.ok(balances.includes(balance), "the receiver's balance is in it");
  });
});

Deno.test("explain says what a code means, and refuses an unknown one", async () => {
  const known = await ask("explain", "200");
  assert.equal(known.name, "NONCE_USED");
  const unknown = await cli("explain", "4711");
  assert.notEqual(unknown.code, 0);
  assert.ok(unknown.json.error.message);
});
