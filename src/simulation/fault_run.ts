import { seededRandom } from "../platform/mod.ts";
import { equivocating } from "./byzantine/equivocator.ts";
import { Cluster } from "./cluster.ts";
import { CrashPoint } from "./faults/crash_point.ts";

/** What one run did. */
export interface Report {
  trace: string;
  heights: bigint;
  virtualMs: number;
  /** How often each kind of fault happened. */
  faults: Record<string, number>;
}

/** Faults of one run. */
const FAULTS = 12;
/** Virtual time within which all nodes are to be at one height with one state, once faults are over. */
const CONVERGE_MS = 30_000;
const NODES = 4;

type Fault = (run: FaultRun) => Promise<void>;

const KINDS: Record<string, Fault> = {
  crash: (run) => run.crash(),
  crashAtWrite: (run) => run.crashAtWrite(),
  restart: (run) => run.restart(),
  partition: (run) => run.partition(),
  heal: (run) => run.heal(),
  slowLine: (run) => run.slowLine(),
};

/** Four validators, one of them Byzantine in every fourth run, through faults that follow from the seed. */
export class FaultRun {
  readonly cluster: Cluster;
  readonly #random;
  readonly #faults: Record<string, number> = {};
  readonly #points = new Map<number, CrashPoint>();
  /** Never stopped: it would refuse to start again with what others tell it of its votes. */
  readonly #byzantine: number;

  constructor(seed: number) {
    this.#random = seededRandom(`faults/${seed}`);
    const byzantine = seed % NODES === 0 ? this.#random.integer(NODES) : -1;
    this.#byzantine = byzantine;
    this.cluster = new Cluster({
      seed,
      driftPpm: 200,
      link: {
        latencyMs: 2 + this.#random.integer(20),
        jitterMs: this.#random.integer(60),
        loss: this.#random.integer(6) / 100,
        duplication: this.#random.integer(6) / 100,
      },
      wrapNetwork: (index, network, wrap) =>
        index === byzantine ? equivocating(network, wrap) : network,
    });
    if (byzantine >= 0) this.#faults.equivocator = 1;
  }

  async run(): Promise<Report> {
    const { cluster } = this;
    await cluster.start();
    for (let fault = 0; fault < FAULTS; fault++) {
      await cluster.run(this.#random.integer(1_200), 150);
      await this.#stopReached();
      await this.#fault();
    }
    await this.#recover();
    const { trace, checker, scheduler } = cluster;
    const report = {
      trace: trace.digest(),
      heights: checker.height,
      virtualMs: scheduler.now(),
      faults: this.#faults,
    };
    await cluster.stop();
    return report;
  }

  async crash(): Promise<void> {
    const up = this.#indexes(true).filter((one) => one !== this.#byzantine);
    if (up.length > 0) await this.cluster.crash(this.#pick(up));
  }

  /** Restarts a node that will stop at one of the next things it writes. */
  async crashAtWrite(): Promise<void> {
    const index = this.#random.integer(NODES);
    if (index === this.#byzantine) return;
    if (this.cluster.nodes[index]!.isUp) await this.cluster.crash(index);
    const when = this.#random.integer(2) === 0 ? "before" : "after";
    const point = new CrashPoint(1 + this.#random.integer(60), when);
    this.#points.set(index, point);
    await this.cluster.restart(index, point).catch(() => undefined);
  }

  async restart(): Promise<void> {
    const down = this.#indexes(false);
    if (down.length > 0) await this.cluster.restart(this.#pick(down));
  }

  partition(): Promise<void> {
    const groups: number[][] = [[], []];
    for (let index = 0; index < NODES; index++) {
      groups[this.#random.integer(2)]!.push(index);
    }
    this.cluster.partition(...groups);
    return Promise.resolve();
  }

  heal(): Promise<void> {
    this.cluster.network.heal();
    return Promise.resolve();
  }

  slowLine(): Promise<void> {
    const [from, to] = [0, 1].map(() => this.#random.integer(NODES));
    this.cluster.slow(from!, to!, 50 + this.#random.integer(300));
    return Promise.resolve();
  }

  async #fault(): Promise<void> {
    const kind = this.#pick(Object.keys(KINDS));
    this.#faults[kind] = (this.#faults[kind] ?? 0) + 1;
    await KINDS[kind]!(this);
  }

  /** Nodes that reached their point are down, as the machine is. */
  async #stopReached(): Promise<void> {
    for (const [index, point] of [...this.#points]) {
      if (!point.isReached) continue;
      this.#points.delete(index);
      await this.cluster.crash(index);
    }
  }

  /** Everything works again: all agree, and what was sent is executed. */
  async #recover(): Promise<void> {
    const { cluster } = this;
    cluster.network.heal();
    for (const index of this.#points.keys()) await cluster.crash(index);
    this.#points.clear();
    for (const index of this.#indexes(false)) await cluster.restart(index);
    await cluster.converge(CONVERGE_MS);
    await cluster.deliverAll(CONVERGE_MS);
    await cluster.converge(CONVERGE_MS);
  }

  #indexes(isUp: boolean): number[] {
    return this.cluster.nodes.flatMap((node, index) =>
      node.isUp === isUp ? [index] : []
    );
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#random.integer(items.length)]!;
  }
}
