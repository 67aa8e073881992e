/** Four validators under far more than they can take. `FLOOD_SECONDS` makes it longer, and shows what happened. */
import assert from "node:assert/strict";
import { createClient, encodeAddress } from "../../src/client/mod.ts";
import { type NodeProcess, withHome } from "../harness.ts";
import { flood, type Flooded } from "../support/flood.ts";
import { signersOf } from "../support/sign.ts";
import {
  clientOf,
  goOnTogether,
  makeHomes,
  startValidator,
} from "../support/validators.ts";
import { until } from "../support/wait.ts";

const SECONDS = Number(Deno.env.get("FLOOD_SECONDS") ?? 8);
const CONNECTIONS = 8;
const ACCOUNTS_EACH = 80;
/** Waiting at each node: little, so that they are full at once on any machine. */
const MEMPOOL = 200;
const BLOCK_TIME_MS = 500;
/** Offered for each one that is taken; twenty on a small machine. */
const FACTOR_MIN = 3;
const BLOCK_GAP_MS_MAX = 30_000;
const STANDSTILL_MS_MAX = 30_000;
const RESIDENT_BYTES_MAX = 768 << 20;
const WITHIN_MS = 120_000;
/** A flooded node on a slow machine answers late. */
const CALL_MS_MAX = 60_000;

Deno.test("flooded, four validators go on making blocks, say that they are busy, and lose nothing that they took", async () => {
  await withHome(async (directory) => {
    const signers = signersOf(4 * ACCOUNTS_EACH, 1);
    const { plans } = await makeHomes(directory, {
      funded: signers.map(({ publicKey }) => ({
        address: publicKey,
        balance: 10n ** 12n,
      })),
      config: [
        "",
        "[mempool]",
        `transactions_max = ${MEMPOOL}`,
        "[consensus]",
        `block_time_ms = ${BLOCK_TIME_MS}`,
        "",
      ].join("\n"),
    });
    const running: NodeProcess[] = [];
    try {
      running.push(...await Promise.all(plans.map(startValidator)));
      const nodes = running.map(({ ready: { rpc }, pid }, n): Flooded => ({
        ...{ rpc, pid },
        client: createClient({ url: rpc, timeoutMs: CALL_MS_MAX }),
        signers: signers.slice(n * ACCOUNTS_EACH, (n + 1) * ACCOUNTS_EACH),
      }));
      const report = await flood(nodes, {
        seconds: SECONDS,
        connections: CONNECTIONS,
      });
      const admitted = report.admitted.flat().reduce((sum, one) => sum + one);
      if (Deno.env.has("FLOOD_SECONDS")) console.log({ ...report, admitted });
      assert.ok(admitted > 0);
      assert.ok(report.offered > FACTOR_MIN * admitted, "a flood");
      assert.ok((report.refused.get("MEMPOOL_FULL") ?? 0) > 0);
      assert.equal(report.withoutHint, 0);
      assert.ok(report.blockGapMs < BLOCK_GAP_MS_MAX);
      assert.ok(report.standstillMs < STANDSTILL_MS_MAX);
      assert.ok(report.residentBytes < RESIDENT_BYTES_MAX);
      const clients = plans.map(clientOf);
      for (const [n, { signers }] of nodes.entries()) {
        for (const [account, { publicKey }] of signers.entries()) {
          const taken = BigInt(report.admitted[n]![account]!);
          for (const client of clients) {
            await until(
              `${taken} of account ${account}`,
              WITHIN_MS,
              async () => {
                const { lanes } = await client.account(
                  encodeAddress(publicKey),
                );
                const nonce = lanes.find(({ lane }) => lane === 0)?.nonce ?? 0n;
                return nonce === taken;
              },
            );
          }
        }
      }
      await goOnTogether(clients, { blocks: 2n, withinMs: WITHIN_MS });
    } finally {
      for (const node of running) await node.stop();
    }
  });
});
