import assert from "node:assert/strict";
import { create, toBinary } from "@bufbuild/protobuf";
import { encodeAddress } from "../client/mod.ts";
import type { CoreExports } from "../core/mod.ts";
import { RustoriumError } from "../errors/mod.ts";
import { systemClock } from "../platform/mod.ts";
import { AccountProofSchema } from "../proto/gen/rustorium/v1/proof_pb.ts";
import { agree } from "./agreement.ts";

const HEX = "ab".repeat(32);
const address = new Uint8Array(32).fill(1);
const key = new Uint8Array(32).fill(2);

interface Holding {
  /** What its own trees come to. */
  own: number;
  /** What the header of the last height says. */
  certified: number;
}

const rootOf = (fill: number) => new Uint8Array(32).fill(fill);

/** What a node answers that has executed height 5 and is at height 7. */
function answer(method: string, { own, certified }: Holding): object {
  if (method === "validators") {
    const validator = { address: encodeAddress(key), public_key: key.toHex() };
    const power = "1";
    return {
      ...{ height: 7, total_power: power },
      validators: [{ ...validator, power, offences: { count: 0, latest: [] } }],
    };
  }
  if (method === "status") {
    return {
      ...{ chain_id: "c", genesis_hash: HEX, height: 7, block_id: HEX },
      ...{ app_hash: HEX, time_ms: 1, base_fee: "1", peers: 1 },
      ...{ syncing: false, executed_height: 5, version: "1" },
      ...{ mempool: { transactions: 0, bytes: 0 }, protocol_version: 1 },
      network: { active_connections: 1, bytes_sent: 0, bytes_received: 0 },
    };
  }
  if (method === "account") {
    const header = { height: 7n, stateRoot: rootOf(own) };
    const proof = create(AccountProofSchema, {
      certified: { block: { header } },
    });
    return {
      ...{ address: encodeAddress(address), exists: true, height: 5 },
      ...{ balance: "1", nonce: 0, lanes: [] },
      proof: toBinary(AccountProofSchema, proof).toBase64(),
    };
  }
  const root = rootOf(certified).toHex();
  const hashes = [
    ...["block_id", "parent", "validators_hash", "next_validators_hash"],
    ...["parameters_hash", "last_certificate_hash", "evidence_hash"],
    ...["batch_root", "receipts_root", "messages_root"],
  ].map((name) => [name, HEX]);
  return {
    ...Object.fromEntries(hashes),
    ...{ height: 7, protocol_version: 1, chain_id: "c", time_ms: 1 },
    ...{ proposer: encodeAddress(key), base_fee: "1", gas_used: "0" },
    ...{ state_root: root, app_hash: root, executed: true, transactions: 0 },
    ...{ transaction_ids: [], batches: [], evidence: [], raw: "" },
    certificate: { height: 7, round: 0, block_id: HEX, signatures: [] },
  };
}

async function agreeOn(holdings: Holding[], verify = () => {}) {
  const servers = holdings.map((holding) =>
    Deno.serve({ port: 0, onListen() {} }, async (request) => {
      const { id, method } = await request.json();
      return Response.json({ id, result: answer(method, holding) });
    })
  );
  try {
    return await agree({
      rpcs: servers.map(({ addr }) => `http://127.0.0.1:${addr.port}`),
      ...{ clock: systemClock(), genesisHash: key, height: 5n, address },
      core: { verifyAccountProof: verify } as unknown as CoreExports,
    });
  } finally {
    await Promise.all(servers.map((server) => server.shutdown()));
  }
}

const fails = (agreeing: Promise<unknown>, node: number) =>
  assert.rejects(agreeing, (error) => {
    assert.ok(error instanceof RustoriumError);
    assert.equal(error.codeName, "SUPPLY_BROKEN");
    return error.message.startsWith(`Node ${node} holds another state`);
  });

Deno.test("nodes with one root agree on it", async () => {
  const same = { own: 9, certified: 9 };
  const { height, stateRoot } = await agreeOn([same, same, same]);
  assert.deepEqual([height, stateRoot], [7n, rootOf(9).toHex()]);
});

Deno.test("a node whose own trees come to another root is found", () =>
  fails(
    agreeOn([{ own: 9, certified: 9 }, { own: 8, certified: 9 }]),
    1,
  ));

Deno.test("a node on another chain of headers is found", () =>
  fails(
    agreeOn([{ own: 9, certified: 9 }, { own: 9, certified: 8 }]),
    1,
  ));

Deno.test("a proof that does not verify is not believed", () =>
  fails(
    agreeOn([{ own: 9, certified: 9 }], () => {
      throw new Error("no");
    }),
    0,
  ));
