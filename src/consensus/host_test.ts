import assert from "node:assert/strict";
import { loneNetwork, Scheduler, seededRandom } from "../platform/mod.ts";
import { createCore } from "../core/mod.ts";
import { HeaderRules } from "./rules.ts";
import { testGenesis } from "./testing/genesis.ts";
import { module, SimNode, testKey } from "./testing/sim_node.ts";
import { transfer } from "./testing/transfer.ts";

const core = createCore(module);
const [validator, alice, bob] = [1, 2, 3].map((n) => testKey(core, n));
const GENESIS = testGenesis([validator!], [alice!, bob!]);
const OPTIONS = { blockTimeMs: 50, emptyBlockTimeMs: 1_000 };

function lone(): { scheduler: Scheduler; node: SimNode } {
  const scheduler = new Scheduler(seededRandom("lone"));
  const node = new SimNode({
    scheduler,
    network: loneNetwork(),
    genesis: GENESIS,
    validator: validator!,
    options: OPTIONS,
  });
  return { scheduler, node };
}

Deno.test("a lone validator makes a block as a sign of life", async () => {
  const { scheduler, node } = lone();
  await node.start();
  await scheduler.run(3_500);
  assert.equal(node.consensus.height(), 4n);
  const stored = await node.store.block(4n);
  core.verifyCommitCertificate(
    node.genesisHash,
    new HeaderRules(core, GENESIS, node.genesisHash).validators,
    stored!.certificate,
  );
  await node.stop();
});

Deno.test("a transfer is final at once, and its results are in a header two heights later", async () => {
  const { scheduler, node } = lone();
  await node.start();
  await scheduler.run(500);
  const before = node.consensus.height();
  const { envelope, id } = transfer(core, node.genesisHash, {
    from: alice!,
    to: bob!,
    nonce: 0n,
    amount: 5n,
  });
  const { codes } = await node.executor.submit(envelope);
  assert.deepEqual([...codes], [0]);
  await scheduler.run(10);
  const position = await node.store.transaction(id);
  assert.equal(position?.height, before + 1n);
  assert.equal(node.consensus.height(), before + 3n);
  assert.equal(await node.balance(bob!), 10n ** 12n + 5n);
  await node.stop();
});
