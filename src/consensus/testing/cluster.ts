import assert from "node:assert/strict";
import { fromBinary } from "@bufbuild/protobuf";
import { createCore } from "../../core/mod.ts";
import {
  type LinkOptions,
  type Network,
  type Random,
  Scheduler,
  seededRandom,
  SimNetwork,
} from "../../platform/mod.ts";
import { BlockSchema } from "../../proto/gen/rustorium/v1/block_pb.ts";
import type { ConsensusOptions } from "../types.ts";
import { Checker } from "./checker.ts";
import type { CrashPoint } from "./crash_point.ts";
import { doubleSigned } from "./double_sign.ts";
import { testGenesis, type TestKey } from "./genesis.ts";
import { module, SimNode, type SimNodeOptions, testKey } from "./sim_node.ts";
import { Trace } from "./trace.ts";
import { Wallet } from "./wallet.ts";

const core = createCore(module);

/** Shorter than in life, so that a virtual hour costs less. */
export const SIM_OPTIONS: ConsensusOptions = {
  blockTimeMs: 50,
  emptyBlockTimeMs: 300,
  timeouts: {
    propose: { ms: 300, deltaMs: 100 },
    prevote: { ms: 100, deltaMs: 50 },
    precommit: { ms: 100, deltaMs: 50 },
    rebroadcastMs: 400,
  },
  statusMs: 500,
  walBytesMax: 50_000,
};

const SUPPLY_EACH = 10n ** 12n;

/** What a Byzantine node knows. */
export interface Wrap {
  key: TestKey;
  genesisHash: Uint8Array;
}

export interface ClusterOptions {
  seed: string | number;
  validators?: number;
  /** Nodes without stake, behind the validators. */
  watchers?: number;
  link?: Partial<LinkOptions>;
  /** Largest difference of the clocks' speeds, in parts of a million. */
  driftPpm?: number;
  /** What a node does to its network or core: for Byzantine ones. */
  wrapNetwork?: (index: number, network: Network, wrap: Wrap) => Network;
  wrapCore?: (index: number) => SimNodeOptions["wrapCore"];
}

/** Whole consensus nodes in one process, in virtual time, from one seed. */
export class Cluster {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly network: SimNetwork;
  readonly nodes: SimNode[];
  readonly checker: Checker;
  readonly trace: Trace;
  readonly wallet: Wallet;
  readonly genesis: Uint8Array;
  readonly #accounts: number;

  constructor(options: ClusterOptions) {
    const count = options.validators ?? 4;
    this.random = seededRandom(options.seed);
    this.scheduler = new Scheduler(this.random);
    this.network = new SimNetwork(this.scheduler, this.random, options.link);
    this.trace = new Trace(this.scheduler);
    const validators = Array.from(
      { length: count },
      (_, n) => testKey(core, n + 1),
    );
    const accounts = Array.from(
      { length: count },
      (_, n) => testKey(core, n + 101),
    );
    this.#accounts = accounts.length;
    this.genesis = testGenesis(validators, accounts);
    const genesisHash = core.genesisHash(this.genesis);
    this.checker = new Checker(core, this.genesis, genesisHash);
    this.wallet = new Wallet(core, genesisHash, accounts);
    const watchers = Array.from(
      { length: options.watchers ?? 0 },
      (_, n) => testKey(core, n + 51),
    );
    this.nodes = [...validators, ...watchers].map((key, index) =>
      this.#node(index, key, options)
    );
  }

  /** Nodes that run. */
  get up(): SimNode[] {
    return this.nodes.filter((node) => node.isUp);
  }

  /** The heights that the running nodes have decided. */
  heights(): bigint[] {
    return this.up.map((node) => node.consensus.height());
  }

  get lowest(): bigint {
    return this.heights().reduce((low, one) => one < low ? one : low);
  }

  async start(): Promise<void> {
    for (const node of this.nodes) await node.start();
  }

  async crash(...indexes: number[]): Promise<void> {
    for (const index of indexes) {
      this.trace.note(`crash ${index}`);
      await this.nodes[index]!.crash(this.random);
    }
  }

  async restart(index: number, crash?: CrashPoint): Promise<void> {
    this.trace.note(`restart ${index}`);
    await this.nodes[index]!.start(crash);
  }

  partition(...groups: number[][]): void {
    this.trace.note(`partition ${JSON.stringify(groups)}`);
    this.network.partition(...groups.map((group) => group.map(nameOf)));
  }

  /** Makes one direction between two nodes slow. */
  slow(from: number, to: number, latencyMs: number): void {
    this.network.link(nameOf(from), nameOf(to), { latencyMs });
  }

  /** One transfer of each account, each to another node. */
  async send(): Promise<void> {
    for (let account = 0; account < this.#accounts; account++) {
      const up = this.up;
      if (up.length > 0) {
        await this.wallet.send(account, up[account % up.length]!);
      }
    }
  }

  /** Runs for that long, checks at the end of each tenth of a second, and sends a transfer of each account every `sendMs`. */
  async run(ms: number, sendMs = Infinity): Promise<void> {
    const end = this.scheduler.now() + ms;
    let next = this.scheduler.now();
    while (this.scheduler.now() < end) {
      if (this.scheduler.now() >= next) {
        next += sendMs;
        if (sendMs < Infinity) await this.send();
      }
      await this.scheduler.run(Math.min(100, end - this.scheduler.now()));
      assert.deepEqual(this.checker.violations, []);
    }
  }

  /** Until every running node has decided `height`. */
  async reach(height: bigint, limitMs: number): Promise<void> {
    const isThere = () => this.lowest >= height;
    await this.scheduler.runUntil(isThere, limitMs);
    assert.ok(
      isThere(),
      `${this.heights()} did not reach ${height} in ${limitMs} ms`,
    );
    assert.deepEqual(this.checker.violations, []);
  }

  /** Runs until all are at one height with one state, whose balances sum up to the supply. */
  async converge(limitMs: number): Promise<void> {
    const target = this.checker.height + 3n;
    await this.reach(target, limitMs);
    await this.scheduler.runUntil(
      () => new Set(this.heights()).size === 1,
      limitMs,
    );
    for (const node of this.up) {
      await this.#checkSupply(node);
      assert.deepEqual(doubleSigned(node.signed), []);
    }
  }

  /** Sends what crashes lost again until every node has executed it. */
  async deliverAll(limitMs: number): Promise<void> {
    const end = this.scheduler.now() + limitMs;
    const missing = async () => {
      const counts = this.up.map((node) => this.wallet.missing(node));
      return (await Promise.all(counts)).some((count) => count > 0);
    };
    for (let turn = 0; await missing(); turn++) {
      assert.ok(this.scheduler.now() < end, "transfers are missing");
      await this.wallet.resend(this.up[turn % this.up.length]!);
      await this.run(500);
    }
  }

  async stop(): Promise<void> {
    for (const node of this.up) await node.stop();
  }

  async #checkSupply(node: SimNode): Promise<void> {
    let sum = 0n;
    for await (const record of node.executor.accounts()) {
      const view = new DataView(record.buffer, record.byteOffset);
      for (let at = 32; at < record.length; at += 40) {
        sum += view.getBigUint64(at, true);
      }
    }
    assert.equal(sum, SUPPLY_EACH * BigInt(this.#accounts));
  }

  #node(
    index: number,
    validator: SimNodeOptions["validator"],
    { driftPpm = 0, wrapNetwork, wrapCore }: ClusterOptions,
  ): SimNode {
    const name = nameOf(index);
    const wrap = wrapNetwork ?? ((_, network) => network);
    const wrapped = wrapCore?.(index);
    return new SimNode({
      scheduler: this.scheduler,
      network: () =>
        wrap(index, this.trace.network(this.network.join(name)), {
          key: validator,
          genesisHash: core.genesisHash(this.genesis),
        }),
      genesis: this.genesis,
      validator,
      options: SIM_OPTIONS,
      clock: {
        driftPpm: driftPpm && this.random.integer(2 * driftPpm) - driftPpm,
      },
      ...(wrapped && { wrapCore: wrapped }),
      onDecided: (block) => {
        this.checker.decided(name, block);
        const { batches } = fromBinary(BlockSchema, block.stored.block);
        this.checker.named(block.stored.height, batches);
      },
      onExecuted: (result) => this.checker.executed(name, result),
    });
  }
}

/** The peer id of a node. */
export function nameOf(index: number): string {
  return `node${index}`;
}
