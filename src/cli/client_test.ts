/** Commands that talk to a node, against a real gateway in front of a chain without consensus. */
import { create } from "@bufbuild/protobuf";
import assert from "node:assert/strict";
import { createWallet } from "../client/mod.ts";
import {
  RICH_SEED,
  type TestGateway,
  testGateway,
} from "../gateway/testing/mod.ts";
import { BatchHeaderSchema } from "../proto/gen/rustorium/v1/batch_pb.ts";
import { EvidenceSchema } from "../proto/gen/rustorium/v1/consensus_pb.ts";
import { assertFailure, rustorium } from "./testing.ts";

const rich = RICH_SEED.toHex();
const richAddress = createWallet(RICH_SEED).address;
const { address } = createWallet("07".repeat(32));

/** Runs one command with `--json` against the gateway. */
function ask({ gateway }: TestGateway, ...args: string[]) {
  return rustorium([...args, "--json", "--rpc", gateway.url]);
}

function transfer(amount: string, ...more: string[]): string[] {
  return ["send", "--from", rich, "--to", address, "--amount", amount, ...more];
}

Deno.test("send gives hash, height, fee and latency, and account and tx show what it did", async () => {
  await using node = await testGateway();
  const sent = await ask(node, ...transfer("250", "--memo", "hello"));
  assert.equal(sent.code, 0, sent.stdout + sent.stderr);
  const { hash, height, fee, latency_ms, ...rest } = sent.json();
  assert.match(hash, /^[0-9a-f]{64}$/);
  assert.equal(height, 1);
  assert.equal(fee, "1200");
  assert.ok(latency_ms > 0);
  assert.deepEqual(rest, {});

  const account = await ask(node, "account", address);
  assert.deepEqual(account.json(), {
    address,
    balance: "250",
    nonce: 0,
    lanes: [],
  });
  const payer = await ask(node, "account", richAddress);
  assert.deepEqual(payer.json().lanes, [{ lane: 0, nonce: 1 }]);
  assert.equal(payer.json().nonce, 1);

  const tx = (await ask(node, "tx", hash)).json();
  assert.equal(tx.sender, richAddress);
  assert.equal(tx.code, 0);
  assert.equal(tx.fee, "1200");
  assert.equal(tx.body.memo, new TextEncoder().encode("hello").toHex());
  assert.deepEqual(tx.body.actions, [{
    type: "transfer",
    to: address,
    amount: "250",
  }]);
});

Deno.test("send takes the next nonce of the lane that is named", async () => {
  await using node = await testGateway();
  for (const args of [[], [], ["--lane", "7"]]) {
    assert.equal((await ask(node, ...transfer("1", ...args))).code, 0);
  }
  const { lanes } = (await ask(node, "account", richAddress)).json();
  assert.deepEqual(lanes, [{ lane: 0, nonce: 2 }, { lane: 7, nonce: 1 }]);
});

Deno.test("a transfer that fails in its block is an error with its code, hash and exit code 4", async () => {
  await using node = await testGateway();
  const ran = await ask(node, ...transfer("9000000000000000"));
  assertFailure(ran, 4, "INSUFFICIENT_BALANCE");
  assert.match(ran.json().error.detail.hash, /^[0-9a-f]{64}$/);
});

Deno.test("a transfer that is not final in time names its hash and has exit code 3", async () => {
  await using node = await testGateway();
  node.chain.eager = false;
  const ran = await ask(node, ...transfer("1", "--timeout", "50ms"));
  assertFailure(ran, 3, "RPC_TIMEOUT");
  assert.match(ran.json().error.message, /tx [0-9a-f]{64}/);
});

Deno.test("status has exactly the fields that scripts rely on", async () => {
  await using node = await testGateway();
  node.chain.produce();
  const { chain_id, height, app_hash, ...rest } = (await ask(node, "status"))
    .json();
  assert.equal(chain_id, "rustorium-test");
  assert.equal(height, 1);
  assert.match(app_hash, /^[0-9a-f]{64}$/);
  assert.deepEqual(rest, {
    peers: 0,
    network: {
      active_connections: 1,
      bytes_sent: 3,
      bytes_received: 4,
      rtt_ms: 0.5,
    },
    syncing: false,
    halted: false,
    signatures: "fma",
    validator: null,
  });
});

Deno.test("block shows the last block or the one that is named, and says when there is none", async () => {
  await using node = await testGateway();
  node.chain.produce();
  node.chain.produce();
  assert.equal((await ask(node, "block")).json().height, 2);
  const block = (await ask(node, "block", "1")).json();
  assert.equal(block.height, 1);
  assert.equal(block.base_fee, "1");
  assert.equal(block.app_hash, block.state_root);
  assertFailure(await ask(node, "block", "3"), 1, "RPC_NOT_FOUND");
});

Deno.test("peers shows what goes over each connection and all of them, and who is banned", async () => {
  await using node = await testGateway();
  const view = (await ask(node, "peers")).json();
  assert.equal(view.metrics.bytes_sent, 3);
  assert.equal(view.metrics.dials.data.unreachable, 5);
  assert.deepEqual(view.peers[0].metrics.drops, { full: 5, disconnected: 0 });
  const shown = await rustorium(["peers", "--rpc", node.gateway.url]);
  for (
    const line of [
      /^12D3KooWOther .* 0\.5 ms +11\.11 % +3 +4 +2,000 +5$/m,
      /^round trip +0\.5 ms$/m,
      /^loss +11\.11 % of libp2p's packets$/m,
      /^streams +urgent 1$/m,
      /^dropped +full 5$/m,
      /^QUIC dials +answered 1, refused 2, foreign 3, late 4, unreachable 5$/m,
      /^12D3KooWBad .* garbage$/m,
    ]
  ) assert.match(shown.stdout, line);
});

Deno.test("validators shows powers as texts", async () => {
  await using node = await testGateway();
  const { validators, total_power } = (await ask(node, "validators")).json();
  assert.equal(total_power, "100");
  assert.deepEqual(validators.map((one: { power: string }) => one.power), [
    "100",
  ]);
});

Deno.test("validators counts offences, and block names them", async () => {
  await using node = await testGateway();
  const header = create(BatchHeaderSchema, {
    author: createWallet(RICH_SEED).publicKey,
    sequence: 5n,
    validUntil: 61n,
  });
  node.chain.evidence.push(create(EvidenceSchema, {
    kind: { case: "invalidBatch", value: { header } },
  }));
  node.chain.produce();
  const [{ offences }] = (await ask(node, "validators")).json().validators;
  assert.equal(offences.count, 1);
  const [evidence] = (await ask(node, "block", "1")).json().evidence;
  assert.deepEqual([evidence.kind, evidence.height], ["invalid_batch", 41]);
  const rpc = ["--rpc", node.gateway.url];
  const table = await rustorium(["validators", ...rpc]);
  assert.match(table.stdout, /1 \(at 41\)/);
  const shown = await rustorium(["block", "1", ...rpc]);
  assert.match(shown.stdout, /invalid_batch by rst1\S+ at height 41/);
});

Deno.test("a proof that proves nothing is refused with exit code 6", async () => {
  await using node = await testGateway();
  for (let block = 0; block < 4; block++) node.chain.produce();
  const args = ["account", richAddress, "--prove", "--home", "/nonexistent"];
  const ran = await ask(node, ...args);
  assert.equal(ran.code, 6, ran.stdout);
});

Deno.test("without --json the result is for people, on stdout", async () => {
  await using node = await testGateway();
  const rpc = ["--rpc", node.gateway.url];
  const sent = await rustorium([...transfer("1000"), ...rpc]);
  assert.match(sent.stdout, /^Final in .* ms\nhash {4}[0-9a-f]{64}\n/);
  const account = await rustorium(["account", address, ...rpc]);
  assert.match(account.stdout, /^balance {5}1,000$/m);
  const tx = await rustorium([
    "tx",
    sent.stdout.match(/[0-9a-f]{64}/)![0],
    ...rpc,
  ]);
  assert.match(tx.stdout, /^transfer {5}1,000 to rst1/m);
  for (const command of ["status", "block", "validators"]) {
    const ran = await rustorium([command, ...rpc]);
    assert.equal(ran.code, 0, ran.stderr);
    assert.match(ran.stdout, /1/);
  }
});

Deno.test("export-genesis --rpc gives the genesis of a running node", async () => {
  await using node = await testGateway();
  const { chainId } = (await ask(node, "export-genesis")).json();
  assert.equal(chainId, "rustorium-test");
});
