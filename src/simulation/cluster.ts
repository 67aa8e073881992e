import assert from "node:assert/strict";
import type { ConsensusOptions, DecidedBlock } from "../consensus/mod.ts";
import type { CoreExports } from "../core/mod.ts";
import type { Executor } from "../execution/mod.ts";
import {
  type Carrier,
  type LinkOptions,
  type Network,
  type Random,
  Scheduler,
  seededRandom,
  SimNetwork,
} from "../platform/mod.ts";
import { Auditor } from "./auditor.ts";
import type { Behaviour, Wrap } from "./byzantine/behaviour.ts";
import { newChain, type SimChain } from "./chain.ts";
import { Checker } from "./checker.ts";
import { Clocks } from "./clocks.ts";
import { core as door, type TestKey, testKey } from "./core.ts";
import { type Hardware, HEALTHY } from "./faults/hardware.ts";
import { type Backup, SimNode } from "./sim_node.ts";
import { Story } from "./story.ts";
import { Timeline } from "./timeline.ts";
import { Trace } from "./trace.ts";
import { Wallet } from "./wallet.ts";
import { Watch } from "./watch.ts";

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

/** Blocks between two moves of a node, on average, and slots of each. */
const MOVE_BLOCKS = 5;
const MOVE_SLOTS = 8;
const SLOTS = 256;

/** Numbers of the keys of nodes without stake. */
const FIRST_WATCHER = 51;

export interface ClusterOptions {
  seed: string | number;
  /** How many, of equal power; 4. */
  validators?: number;
  /** Nodes without stake, behind all others; none. */
  watchers?: number;
  /** In place of a new chain. */
  chain?: SimChain;
  link?: Partial<LinkOptions>;
  /** What carries messages, in the place of lines that are all alike. */
  carrier?: (scheduler: Scheduler, random: Random) => Carrier;
  /** Pace and patience of the nodes; `SIM_OPTIONS`. */
  consensus?: ConsensusOptions;
  /** All nodes have one shard and memory enough; else they differ. */
  isUniform?: boolean;
  /** Virtual time between two looks at the nodes; 0: after each event. */
  lookEveryMs?: number;
  /** Hears of each block that a node has decided. */
  onDecided?: (index: number, block: DecidedBlock) => void;
  /** Largest difference of the clocks' speeds, in parts of a million. */
  driftPpm?: number;
  /** What validators do that are not honest, by their index. */
  byzantine?: ReadonlyMap<number, Behaviour>;
  /** What a node does to its network, core, executor or machine, although it counts as honest: for canaries. */
  wrapNetwork?: (index: number, network: Network, wrap: Wrap) => Network;
  wrapCore?: (index: number) => (core: CoreExports) => CoreExports;
  wrapExecutor?: (index: number) => (executor: Executor) => Executor;
  hardware?: (index: number) => Hardware;
}

/** Whole consensus nodes in one process, in virtual time, from one seed. */
export class Cluster {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly network: SimNetwork;
  readonly nodes: SimNode[];
  readonly checker: Checker;
  readonly trace: Trace;
  readonly story: Story;
  readonly timeline = new Timeline();
  readonly wallet: Wallet;
  readonly chain: SimChain;
  readonly genesis: Uint8Array;
  /** How many slots have changed their shards, on all nodes. */
  slotsMoved = 0;
  readonly #options: ClusterOptions;
  readonly #moves: Random;
  readonly #auditor: Auditor;
  readonly #watch: Watch;
  readonly #clocks: Clocks;
  readonly #watchers: readonly TestKey[];
  #lookedAtMs = -Infinity;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.random = seededRandom(options.seed);
    // Apart: what moves changes nothing that anybody could see.
    this.#moves = seededRandom(`moves/${options.seed}`);
    this.scheduler = new Scheduler(this.random);
    const { driftPpm = 0, link, carrier } = options;
    this.network = new SimNetwork(
      ...[this.scheduler, this.random, link] as const,
      carrier?.(this.scheduler, this.random),
    );
    this.#clocks = new Clocks(this.scheduler, this.random, driftPpm);
    this.trace = new Trace(this.scheduler);
    this.story = new Story(this.scheduler);
    this.chain = options.chain ??
      newChain(Array(options.validators ?? 4).fill(10n));
    this.genesis = this.chain.genesis;
    const { byzantine = new Map() } = options;
    const { validators } = this.chain;
    this.checker = new Checker(
      this.chain,
      options.byzantine && this.#guilty(options.byzantine),
    );
    this.#auditor = new Auditor(this.checker, this.genesis);
    this.#watch = new Watch(this);
    this.wallet = new Wallet(this.chain);
    const twins = [...byzantine].filter(([, one]) => one.isTwin);
    this.#watchers = Array.from(
      { length: options.watchers ?? 0 },
      (_, at) => testKey(door, at + FIRST_WATCHER),
    );
    const places = [...validators.keys(), ...twins.map(([index]) => index)];
    this.nodes = [
      ...places.map((of, index) => {
        const { key } = validators[of]!;
        return this.#node(index, key, byzantine.get(of));
      }),
      ...this.#watchers.map((key, at) => this.#node(places.length + at, key)),
    ];
  }

  /** Nodes that run. */
  get up(): SimNode[] {
    return this.nodes.filter((node) => node.isUp);
  }

  /** Nodes that run and do what they should. */
  get honest(): SimNode[] {
    return this.nodes.filter((node, index) =>
      node.isUp && this.isHonest(index)
    );
  }

  isHonest(index: number): boolean {
    const { validators } = this.chain;
    const isWatcher = index >= this.nodes.length - this.#watchers.length;
    return isWatcher ||
      index < validators.length && !this.#options.byzantine?.has(index);
  }

  /** Byzantine nodes that are set back now and then. */
  get setBackNodes(): number[] {
    const { byzantine = new Map<number, Behaviour>() } = this.#options;
    return [...byzantine].flatMap(([index, { isSetBack }]) =>
      isSetBack ? index : []
    );
  }

  /** The heights that the running honest nodes have decided. */
  heights(): bigint[] {
    return this.honest.map((node) => node.consensus.height());
  }

  get lowest(): bigint {
    return this.heights().reduce((low, one) => one < low ? one : low);
  }

  async start(): Promise<void> {
    const { hardware = () => HEALTHY } = this.#options;
    for (const [index, node] of this.nodes.entries()) {
      await node.start(hardware(index));
    }
  }

  async crash(...indexes: number[]): Promise<void> {
    for (const index of indexes) {
      this.note(index, "crash");
      await this.nodes[index]!.crash(this.random);
    }
  }

  async restart(index: number, hardware?: Hardware): Promise<void> {
    this.note(index, "restart");
    await this.nodes[index]!.start(hardware);
  }

  /** Sets a node that does not run back to an old copy of its disk. */
  async restore(index: number, backup: Backup): Promise<void> {
    this.note(index, "restore");
    await this.nodes[index]!.restore(backup);
  }

  partition(...groups: number[][]): void {
    this.note(undefined, `partition ${JSON.stringify(groups)}`);
    this.network.partition(...groups.map((group) => group.map(nameOf)));
  }

  /** Makes one direction between two nodes slow or bad. */
  line(from: number, to: number, link: Partial<LinkOptions>): void {
    this.note(undefined, `line ${from} to ${to} ${JSON.stringify(link)}`);
    this.network.link(nameOf(from), nameOf(to), link);
  }

  /** Sets a node's clock, so that it differs from the true time by so much. */
  setClock(index: number, offMs: number): void {
    this.note(index, `clock set to ${offMs} ms off`);
    this.#clocks.set(index, offMs);
  }

  /** One transfer of each account, each to another node. */
  async send(): Promise<void> {
    const height = this.checker.height;
    for (const account of this.chain.senders.keys()) {
      const nodes = this.honest;
      if (nodes.length === 0) return;
      await this.wallet.send(account, nodes[account % nodes.length]!, height);
    }
  }

  /** Runs for that long, checks after each event, and sends a transfer of each account every `sendMs`. */
  async run(ms: number, sendMs = Infinity): Promise<void> {
    const end = this.scheduler.now() + ms;
    let next = this.scheduler.now();
    while (this.scheduler.now() < end) {
      if (this.scheduler.now() >= next) {
        next += sendMs;
        if (sendMs < Infinity) await this.send();
      }
      await this.#advance(Math.min(100, end - this.scheduler.now()));
    }
  }

  /** Until every running honest node has decided `height`. */
  async reach(height: bigint, limitMs: number): Promise<void> {
    const isThere = () => this.lowest >= height;
    await this.until(isThere, limitMs);
    assert.ok(
      isThere(),
      `${this.heights()} did not reach ${height} in ${limitMs} ms`,
    );
  }

  /** Runs until the condition holds or so much time is over. */
  async until(condition: () => boolean, limitMs: number): Promise<boolean> {
    const end = this.scheduler.now() + limitMs;
    while (!condition()) {
      if (!await this.scheduler.step(end)) return condition();
      await this.#look();
    }
    return true;
  }

  /** Runs until all have decided so many more heights and are at one, and each height is audited. */
  async converge(limitMs: number, more = 3n): Promise<void> {
    await this.reach(this.checker.height + more, limitMs);
    await this.until(() => new Set(this.heights()).size === 1, limitMs);
    await this.#look();
    assert.ok(this.#auditor.height >= this.lowest, "heights are not audited");
  }

  /** Sends what crashes lost again until every honest node has executed it. */
  async deliverAll(limitMs: number): Promise<void> {
    const end = this.scheduler.now() + limitMs;
    const missing = async () => {
      for (const node of this.honest) {
        if (await this.wallet.missing(node) > 0) return true;
      }
      return false;
    };
    for (let turn = 0; await missing(); turn++) {
      assert.ok(this.scheduler.now() < end, "transfers are missing");
      const nodes = this.honest;
      const node = nodes[turn % nodes.length]!;
      await this.wallet.resend(node, this.checker.height);
      await this.run(500);
    }
  }

  async stop(): Promise<void> {
    for (const node of this.up) await node.stop();
    await this.#auditor.close();
  }

  /** Something that the seed chose. */
  note(index: number | undefined, what: string): void {
    const who = index === undefined ? "network" : nameOf(index);
    this.trace.note(`${who} ${what}`);
    this.story.tell(who, what);
    this.timeline.mark({ atMs: this.scheduler.now(), node: index, what });
  }

  async #advance(ms: number): Promise<void> {
    const end = this.scheduler.now() + ms;
    while (await this.scheduler.step(end)) await this.#look();
    await this.scheduler.run(end - this.scheduler.now());
  }

  async #look(): Promise<void> {
    const { lookEveryMs = 0 } = this.#options;
    if (this.scheduler.now() < this.#lookedAtMs + lookEveryMs) return;
    this.#lookedAtMs = this.scheduler.now();
    await this.#watch.look();
    await this.#auditor.catchUp(this.up);
    assert.deepEqual(this.checker.violations, []);
  }

  #guilty(byzantine: ReadonlyMap<number, Behaviour>): Set<string> {
    return new Set(
      [...byzantine].flatMap(([index, { offends }]) =>
        offends ? this.addressOf(index) : []
      ),
    );
  }

  /** In hexadecimal. */
  addressOf(index: number): string {
    return this.chain.validators[index]!.key.publicKey.toHex();
  }

  #node(index: number, key: TestKey, behaviour?: Behaviour): SimNode {
    const name = nameOf(index);
    const { seed, wrapNetwork, wrapCore, wrapExecutor } = this.#options;
    const { consensus = SIM_OPTIONS, isUniform, onDecided } = this.#options;
    const isHonest = behaviour === undefined;
    const wrap: Wrap = {
      key,
      genesisHash: this.chain.genesisHash,
      random: seededRandom(`${seed}/${name}`),
    };
    const core = behaviour?.core ?? wrapCore?.(index);
    const executor = wrapExecutor?.(index);
    return new SimNode({
      scheduler: this.scheduler,
      network: () => {
        const traced = this.trace.network(this.network.join(name));
        const changed = behaviour?.network?.(traced, wrap) ?? traced;
        return wrapNetwork?.(index, changed, wrap) ?? changed;
      },
      genesis: this.genesis,
      validator: key,
      options: consensus,
      clock: this.#clocks.of(index),
      shards: isUniform ? 1 : shardsOf(index),
      // Every other one keeps next to nothing in memory.
      ...(!isUniform && index % 2 > 0 && { stateBytesMax: 1 }),
      ...(core && { wrapCore: core }),
      ...(executor && { wrapExecutor: executor }),
      onLog: (line) => this.story.tell(name, line),
      onSign: (message) => {
        if (isHonest) this.checker.signs(name, message);
      },
      onDecided: (block) => {
        const { height, blockId } = block.stored;
        this.trace.note(`${name} decided ${height}`, blockId);
        this.timeline.reach({
          atMs: this.scheduler.now(),
          node: index,
          height: Number(height),
        });
        onDecided?.(index, block);
        if (!isHonest) return;
        this.checker.decided(name, block);
        this.#auditor.add(block.stored);
      },
      onExecuted: (result) => {
        this.trace.note(`${name} executed ${result.height}`, result.stateRoot);
        if (isHonest) this.checker.executed(name, result);
        if (!isUniform) this.#moveSlots(index);
      },
    });
  }

  /** Now and then slots of a node change their shards, while blocks run. */
  #moveSlots(index: number): void {
    const node = this.nodes[index]!;
    if (!node.isUp || this.#moves.integer(MOVE_BLOCKS) > 0) return;
    const moves = Array.from({ length: MOVE_SLOTS }, () => ({
      slot: this.#moves.integer(SLOTS),
      to: this.#moves.integer(shardsOf(index)),
    }));
    node.executor.moveSlots(moves).then(
      () => this.slotsMoved += moves.length,
      // The node has stopped meanwhile; its next life divides slots anew.
      () => undefined,
    );
  }
}

/** Nodes have one to four shards. */
function shardsOf(index: number): number {
  return 1 + index % 4;
}

/** The peer id of a node. */
export function nameOf(index: number): string {
  return `node${index}`;
}
