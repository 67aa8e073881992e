import assert from "node:assert/strict";
import { createCore } from "../core/mod.ts";
import {
  loneNetwork,
  type Random,
  Scheduler,
  seededRandom,
} from "../platform/mod.ts";
import {
  CrashPoint,
  doubleSigned,
  module,
  SimNode,
  testGenesis,
  testKey,
  transfer,
} from "../simulation/mod.ts";

const core = createCore(module);
const [validator, alice, bob] = [1, 2, 3].map((n) => testKey(core, n));
const GENESIS = testGenesis([validator!], [alice!, bob!], 4n);
const OPTIONS = {
  blockTimeMs: 50,
  emptyBlockTimeMs: 200,
  walBytesMax: 2_000,
};

class World {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly node: SimNode;
  /** Sent transfers by id; a restart loses the mempool, so that they are sent again. */
  readonly sent = new Map<string, Uint8Array>();

  constructor(seed: string) {
    this.random = seededRandom(seed);
    this.scheduler = new Scheduler(this.random);
    this.node = new SimNode({
      scheduler: this.scheduler,
      network: loneNetwork(),
      genesis: GENESIS,
      validator: validator!,
      options: OPTIONS,
    });
  }

  async send(count: number): Promise<void> {
    for (let sent = 0; sent < count; sent++) {
      const { id, envelope } = transfer(core, this.node.genesisHash, {
        from: alice!,
        to: bob!,
        nonce: BigInt(this.sent.size),
        amount: 1n,
      });
      this.sent.set(id.toHex(), envelope);
    }
    await this.resend();
  }

  async resend(): Promise<void> {
    for (const [id, envelope] of this.sent) {
      if (await this.node.store.transaction(Uint8Array.fromHex(id))) continue;
      await this.node.executor.submit(envelope);
    }
  }

  async restart(): Promise<void> {
    await this.node.crash(this.random);
    await this.node.start();
  }

  /** Everything that was sent is executed once, and nothing was signed twice. */
  async check(): Promise<void> {
    await this.resend();
    const before = this.node.consensus.height();
    await this.scheduler.run(2_000);
    assert.ok(this.node.consensus.height() > before, "the chain goes on");
    assert.equal(
      await this.node.balance(bob!),
      10n ** 12n + BigInt(this.sent.size),
    );
    assert.deepEqual(doubleSigned(this.node.signed), []);
  }
}

/** More than a node does in the time that it is given. */
const POINTS_MAX = 150;

for (const when of ["before", "after"] as const) {
  Deno.test(`a validator stopped ${when} any signature, log write or commit goes on and signs nothing twice`, async () => {
    for (let at = 1;; at++) {
      assert.ok(at < POINTS_MAX);
      const world = new World(`${when}/${at}`);
      const crash = new CrashPoint(at, when);
      // A life may end before it has well begun.
      await world.node.start(crash).catch(() => undefined);
      if (world.node.isUp) await world.send(3);
      await world.scheduler.run(500);
      const decided = world.node.isUp ? world.node.consensus.height() : 0n;
      await world.restart();
      assert.ok(world.node.consensus.height() >= decided);
      await world.check();
      await world.node.stop();
      if (!crash.hasStopped) break;
    }
  });
}

Deno.test("a validator stopped again and again at any moment loses nothing that was final", async () => {
  const world = new World("again");
  await world.node.start();
  for (let life = 0; life < 40; life++) {
    await world.send(2);
    for (let left = world.random.integer(25); left > 0; left--) {
      await world.scheduler.step();
    }
    const final = world.node.consensus.height();
    const block = await world.node.store.block(final);
    await world.restart();
    assert.ok(world.node.consensus.height() >= final);
    assert.deepEqual(
      (await world.node.store.block(final))?.blockId,
      block?.blockId,
    );
  }
  await world.check();
  await world.node.stop();
});

Deno.test("a validator that is stopped cleanly goes on", async () => {
  const world = new World("clean");
  for (let life = 0; life < 3; life++) {
    await world.node.start();
    await world.send(2);
    await world.check();
    await world.node.stop();
  }
});
