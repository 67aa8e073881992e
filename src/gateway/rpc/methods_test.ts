import { create } from "@bufbuild/protobuf";
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { chainInfoOf, createWallet, encodeAddress } from "../../client/mod.ts";
import {
  EvidenceSchema,
  VoteSchema,
} from "../../proto/gen/rustorium/v1/consensus_pb.ts";
import { rpc } from "../testing/call.ts";
import { RICH_SEED, TEST_PEERS, testGateway } from "../testing/mod.ts";

const rich = createWallet(RICH_SEED);
const stranger = encodeAddress(new Uint8Array(32).fill(9));

Deno.test("status tells the genesis before the first block, then the tip", async () => {
  await using test = await testGateway();
  const { url } = test.gateway;
  const before = (await rpc(url, "status")).result;
  assert.equal(before.height, 0);
  assert.equal(before.block_id, test.chain.genesisHash.toHex());
  test.chain.produce();
  const { result } = await rpc(url, "status");
  assert.deepEqual(
    [result.chain_id, result.height, result.executed_height, result.base_fee],
    ["rustorium-test", 1, 1, "1"],
  );
  assert.deepEqual(result.mempool, { transactions: 0, bytes: 0 });
  assert.deepEqual(result.network, {
    active_connections: 1,
    bytes_sent: 3,
    bytes_received: 4,
    rtt_ms: 0.5,
  });
});

Deno.test("account tells balance and nonces, and zeros for an address never seen", async () => {
  await using test = await testGateway();
  const { url } = test.gateway;
  const known = (await rpc(url, "account", { address: rich.address })).result;
  assert.equal(known.balance, String(10n ** 15n));
  const { result } = await rpc(url, "account", { address: stranger });
  assert.deepEqual(
    [result.exists, result.balance, result.nonce, result.lanes],
    [false, "0", 0, []],
  );
});

Deno.test("account with prove waits for the block that certifies the state", async () => {
  await using test = await testGateway();
  const { chain } = test;
  chain.produce();
  chain.produce();
  const { hash } = (await rpc(test.gateway.url, "faucet", {
    address: stranger,
  })).result;
  assert.match(hash, /^[0-9a-f]{64}$/);
  const asked = rpc(test.gateway.url, "account", {
    address: stranger,
    prove: true,
  });
  const early = await Promise.race([asked, delay(30)]);
  assert.equal(early, undefined);
  chain.produce();
  chain.produce();
  const { result } = await asked;
  assert.equal(result.height, 3);
  assert.ok(Uint8Array.fromBase64(result.proof).length > 100);
});

Deno.test("submit, wait and transaction tell of one transfer the same", async () => {
  await using test = await testGateway();
  const { url } = test.gateway;
  const { envelope, hash } = await rich.transfer(
    chainInfoOf(test.chain.genesis),
    { to: stranger, amount: 5n, nonce: 0, validUntil: 10, memo: "hi" },
  );
  const waiting = rpc(url, "wait", { hash, timeout_ms: 5_000 });
  const transaction = envelope.toBase64();
  assert.deepEqual((await rpc(url, "submit", { transaction })).result, {
    hash,
  });
  const { result } = await waiting;
  assert.deepEqual(
    [result.hash, result.height, result.code_name, result.sender],
    [hash, 1, "OK", rich.address],
  );
  assert.deepEqual(result.body.actions, [
    { type: "transfer", to: stranger, amount: "5" },
  ]);
  assert.equal(result.body.memo, "6869");
  assert.deepEqual((await rpc(url, "transaction", { hash })).result, result);
  test.chain.produce();
  test.chain.produce();
  const proven = await rpc(url, "transaction", { hash, prove: true });
  assert.ok(Uint8Array.fromBase64(proven.result.proof).length > 100);
});

Deno.test("wait gives up with RPC_TIMEOUT", async () => {
  await using test = await testGateway();
  const { error } = await rpc(test.gateway.url, "wait", {
    hash: "00".repeat(32),
    timeout_ms: 20,
  });
  assert.deepEqual([error.code, error.data.name], [609, "RPC_TIMEOUT"]);
});

Deno.test("block gives header, certificate and transactions, the last one by default", async () => {
  await using test = await testGateway();
  const { url } = test.gateway;
  const paid = (await rpc(url, "faucet", { address: stranger })).result;
  test.chain.produce();
  const { result } = await rpc(url, "block", { height: paid.height });
  assert.deepEqual(result.transaction_ids, [paid.hash]);
  assert.deepEqual([result.transactions, result.executed], [1, true]);
  assert.equal(result.certificate.block_id, result.block_id);
  assert.equal(result.proposer, rich.address);
  assert.equal((await rpc(url, "block")).result.height, 2);
  const missing = await rpc(url, "block", { height: 3 });
  assert.equal(missing.error.code, 606);
});

Deno.test("peers tells the own addresses, what goes over each connection and all of them, and who is banned", async () => {
  await using node = await testGateway();
  const { result } = await rpc(node.gateway.url, "peers");
  const [peer] = TEST_PEERS.peers;
  const metrics = {
    active_connections: 1,
    bytes_sent: 3,
    bytes_received: 4,
    rtt_ms: 0.5,
    packets: { sent: 9, lost: 1 },
    streams: { urgent: 1, request: 0 },
    queued: { bulk: { messages: 2, bytes: 2_000 } },
    drops: { full: 5, disconnected: 0 },
  };
  assert.deepEqual(result, {
    id: TEST_PEERS.id,
    addresses: TEST_PEERS.addresses,
    metrics: { ...metrics, dials: TEST_PEERS.metrics.dials },
    peers: [{
      id: peer!.id,
      data: {
        address: "127.0.0.1:2",
        direction: "out",
        sent_bytes: 3,
        received_bytes: 4,
        dropped_messages: 0,
        rtt_ms: 0.5,
        paths: [
          {
            ...{ address: "127.0.0.1:2", direction: "out" },
            ...{ late: false, rtt_ms: 0.5, datagram_bytes: 1_162 },
          },
          {
            ...{ address: "127.0.0.2:2", direction: "in" },
            ...{ late: true, datagram_bytes: 0 },
          },
        ],
      },
      metrics,
      score: 2,
      roles: ["validator"],
      group: "203.0",
      connected_ms: 1_000,
    }],
    bans: [{ id: "12D3KooWBad", reason: "garbage", until_ms: 7, count: 2 }],
  });
});

Deno.test("block names whom its evidence convicts, and validators what is held against each", async () => {
  await using test = await testGateway();
  const { url } = test.gateway;
  const vote = create(VoteSchema, {
    height: 7n,
    round: 2,
    validator: createWallet(RICH_SEED).publicKey,
  });
  test.chain.evidence.push(create(EvidenceSchema, {
    kind: { case: "duplicateVote", value: { first: vote, second: vote } },
  }));
  test.chain.produce();
  const { evidence } = (await rpc(url, "block")).result;
  const offence = { kind: "duplicate_vote", height: 7, round: 2 };
  const [{ address, offences }] =
    (await rpc(url, "validators")).result.validators;
  assert.deepEqual(evidence, [{ ...offence, validator: address }]);
  assert.deepEqual(offences, {
    count: 1,
    latest: [{ ...offence, block: 1 }],
  });
});

Deno.test("validators and genesis tell how the chain was started", async () => {
  await using test = await testGateway();
  const { url } = test.gateway;
  const { validators, total_power } = (await rpc(url, "validators")).result;
  assert.deepEqual([validators[0].power, total_power], ["100", "100"]);
  const { raw, hash } = (await rpc(url, "genesis")).result;
  assert.deepEqual(Uint8Array.fromBase64(raw), test.chain.genesis);
  assert.equal(hash, test.chain.genesisHash.toHex());
});

Deno.test("faucet pays many at once, refuses too much, and is absent without a key", async () => {
  await using test = await testGateway();
  const { url } = test.gateway;
  const paid = await Promise.all(
    Array.from(
      { length: 10 },
      () => rpc(url, "faucet", { address: stranger, amount: "7" }),
    ),
  );
  assert.deepEqual(paid.filter(({ error }) => error), []);
  const { result } = await rpc(url, "account", { address: stranger });
  assert.equal(result.balance, "70");
  const greedy = await rpc(url, "faucet", {
    address: stranger,
    amount: String(2n ** 63n),
  });
  assert.equal(greedy.error.data.name, "FAUCET_UNAVAILABLE");
  await using bare = await testGateway({ faucetSeed: undefined });
  const none = await rpc(bare.gateway.url, "faucet", { address: stranger });
  assert.equal(none.error.data.name, "FAUCET_UNAVAILABLE");
});
