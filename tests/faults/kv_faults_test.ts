/**
 * A whole validator in virtual time on a disk that fails: commits are rejected,
 * chunks torn, the disk full, the machine stopped. After each life a healthy
 * one follows, in which everything acknowledged must be there. FAULT_SEEDS says
 * how many chains live.
 */
import assert from "node:assert/strict";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  CrashPoint,
  doubleSigned,
  module,
  SimNode,
  testGenesis,
  testKey,
  transfer,
} from "../../src/simulation/mod.ts";
import { createCore } from "../../src/core/mod.ts";
import { loadExecutor } from "../../src/execution/mod.ts";
import {
  faultyKv,
  type Kv,
  type KvFaultPlan,
  loneNetwork,
  type Random,
  Scheduler,
  seededRandom,
} from "../../src/platform/mod.ts";
import {
  BlockSchema,
  HeaderSchema,
} from "../../src/proto/gen/rustorium/v1/block_pb.ts";
import { AccountSchema } from "../../src/proto/gen/rustorium/v1/state_pb.ts";

const SEEDS = Number(Deno.env.get("FAULT_SEEDS") ?? 12);
const LIVES = 6;
/** Virtual time of one life. */
const LIFE_STEPS = 30;
const STEP_MS = 60;

const core = createCore(module);
const [validator, alice, bob] = [1, 2, 3].map((n) => testKey(core, n));
const GENESIS = testGenesis([validator!], [alice!, bob!], 5n);

/** A disk with faults for one life of a node. */
class BadDisk extends CrashPoint {
  readonly #plan: KvFaultPlan;

  constructor(plan: KvFaultPlan) {
    super();
    this.#plan = plan;
  }

  override kv(kv: Kv): Kv {
    return faultyKv(kv, this.#plan);
  }
}

function planOf(random: Random): KvFaultPlan {
  const seed = random.integer(2 ** 31);
  const plans: KvFaultPlan[] = [
    { seed, rejectRate: 0.02 },
    { seed, tearRate: 0.2, rejectRate: 0.01 },
    { seed, fullAfterBytes: 2_000 + random.integer(40_000) },
    { seed, stopAfterCommits: random.integer(120) },
  ];
  return plans[random.integer(plans.length)]!;
}

/** One chain over all its lives. */
class Story {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly node: SimNode;
  readonly acknowledged = new Map<string, bigint>();
  readonly open = new Map<string, Uint8Array>();
  failures = 0;

  constructor(seed: number) {
    this.random = seededRandom(`kv faults ${seed}`);
    this.scheduler = new Scheduler(this.random);
    this.node = new SimNode({
      scheduler: this.scheduler,
      network: loneNetwork(),
      genesis: GENESIS,
      validator: validator!,
      options: { blockTimeMs: 50, emptyBlockTimeMs: 1_000 },
    });
  }

  /** Lives for a while, loaded, until it breaks; then the machine stops. */
  async life(disk: CrashPoint): Promise<boolean> {
    let broken = false;
    try {
      await this.node.start(disk);
      this.node.consensus.failed.catch(() => broken = true);
      for (let step = 0; step < LIFE_STEPS && !broken; step++) {
        await this.#send();
        await this.scheduler.run(STEP_MS);
        await this.#collect();
      }
    } catch (error) {
      const { code } = error as { code?: number };
      assert.ok(code !== undefined && code >= 800 && code < 900, String(error));
      broken = true;
    }
    return broken;
  }

  async #send() {
    const { executor, genesisHash } = this.node;
    const { account } = await executor.account(alice!.publicKey);
    const lanes = account ? fromBinary(AccountSchema, account).lanes : [];
    const next = lanes.find(({ lane }) => lane === 0)?.nonce ?? 0n;
    for (let more = 0n; more < 3n; more++) {
      const nonce = next + more;
      const sent = transfer(core, genesisHash, {
        ...{ from: alice!, to: bob!, nonce, amount: 1n },
      });
      await executor.submit(sent.envelope);
      this.open.set(sent.id.toHex(), sent.id);
    }
  }

  /** Notes what a client would have been told by now. */
  async #collect() {
    for (const [hex, id] of this.open) {
      const position = await this.node.store.transaction(id);
      if (!position) continue;
      this.acknowledged.set(hex, position.height);
      this.open.delete(hex);
    }
  }

  async check() {
    for (const [hex, height] of this.acknowledged) {
      const position = await this.node.store
        .transaction(Uint8Array.fromHex(hex));
      assert.equal(position?.height, height, hex);
    }
    const received = await this.node.balance(bob!) - 10n ** 12n;
    assert.ok(received >= BigInt(this.acknowledged.size));
  }

  /** Every header carries what a fresh execution from the genesis gives. */
  async replay(): Promise<bigint> {
    const { store } = this.node;
    const executor = await loadExecutor({
      core: module,
      genesis: GENESIS,
      archive: {
        batch: (digest) => store.batch(digest),
        putResult: () => Promise.resolve(),
        putCheckpoint: () => Promise.resolve(),
        pages: (names) => store.pages(names),
      },
    });
    const roots = [(await executor.roots()).stateRoot.toHex()];
    const tip = await store.tip();
    for (let height = 1n; height <= tip; height++) {
      const stored = await store.block(height);
      const { header, batches } = fromBinary(BlockSchema, stored!.block);
      const carried = roots[Math.max(0, Number(height) - 2)];
      assert.equal(header?.stateRoot.toHex(), carried, `height ${height}`);
      const result = await executor.execute({
        height,
        header: toBinary(HeaderSchema, header!),
        batches,
      });
      roots.push(result.stateRoot.toHex());
    }
    await executor.close();
    return tip;
  }
}

for (let seed = 1; seed <= SEEDS; seed++) {
  Deno.test(`kv faults, seed ${seed}: nothing acknowledged is lost, and replay agrees`, async () => {
    const story = new Story(seed);
    for (let life = 0; life < LIVES; life++) {
      if (await story.life(new BadDisk(planOf(story.random)))) story.failures++;
      await story.node.crash(story.random);
      const broken = await story.life(new CrashPoint());
      assert.equal(broken, false, "a healthy disk");
      await story.check();
      if (life < LIVES - 1) await story.node.crash(story.random);
    }
    assert.ok(story.failures > 0, "faults happened");
    assert.ok(story.acknowledged.size > LIVES * LIFE_STEPS / 2);
    assert.deepEqual(doubleSigned(story.node.signed), []);
    assert.ok(await story.replay() > 0n);
    await story.node.stop();
  });
}
