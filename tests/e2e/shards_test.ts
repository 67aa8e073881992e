/** However many shards a node has, and whether they are threads: the chain is the same. */
import assert from "node:assert/strict";
import { createWallet } from "../../mod.ts";
import { ask, startNode, withHome } from "../harness.ts";
import { goesOn, type Load, runLoad } from "../support/load.ts";
import { pause } from "../support/wait.ts";

/** From the first that is acknowledged. */
const LOAD_MS = 1_500;

Deno.test("a chain made with three shards, then one, then four is replayed by any number with the same results", async () => {
  const load: Load = { acknowledged: [], submitted: 0 };
  await withHome(async (home) => {
    for (const [life, shards] of ["3", "1", "4"].entries()) {
      const node = await startNode(home, { args: ["--shards", shards] });
      const over = new AbortController();
      const loaded = goesOn(load).then(() => pause(LOAD_MS))
        .then(() => over.abort());
      try {
        const { accounts } = node.ready;
        const { publicKey } = createWallet(accounts[0]!.secret_key);
        const options = { lanes: 4, firstLane: life * 4, to: publicKey, load };
        await runLoad(node.client, accounts, options, over.signal);
        await loaded;
      } finally {
        assert.equal(await node.stop(), 0);
      }
    }
    assert.ok(load.acknowledged.length > 0, "there was a load");
    const results = [];
    for (const shards of [1, 2, 4, 7]) {
      const { shards: used, ...result } = await ask(
        ...["replay", "--home", home, "--shards", String(shards)],
      );
      assert.equal(used, shards);
      results.push(result);
    }
    assert.equal(results[0].mismatches, 0);
    for (const other of results) assert.deepEqual(other, results[0]);
  });
});
