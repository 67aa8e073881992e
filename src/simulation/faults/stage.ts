import type { Random } from "../../platform/mod.ts";
import type { Cluster } from "../cluster.ts";
import type { Backup } from "../sim_node.ts";
import type { Hardware } from "./hardware.ts";

/** A cluster, and what the faults of a run must know of each other. */
export class Stage {
  readonly cluster: Cluster;
  readonly random: Random;
  /** Nodes that stay away until everything is well again. */
  readonly away = new Set<number>();
  /** Nodes whose disk nobody has freed yet. */
  readonly full = new Set<number>();
  /** Old copies of the disks of Byzantine nodes. */
  readonly backups = new Map<number, Backup>();
  /** Machines that were made to fail, and did or did not. */
  readonly machines: { name: string; hardware: Hardware }[] = [];
  /** Lines that lose more than the others. */
  readonly lossy: [from: number, to: number][] = [];

  constructor(cluster: Cluster, random: Random) {
    this.cluster = cluster;
    this.random = random;
  }

  /** Honest nodes that run, or that do not and may. */
  honest(isUp: boolean): number[] {
    return this.indexes().filter((index) =>
      this.cluster.isHonest(index) && !this.away.has(index) &&
      this.cluster.nodes[index]!.isUp === isUp
    );
  }

  /** Of all nodes. */
  indexes(): number[] {
    return [...this.cluster.nodes.keys()];
  }

  pick<T>(items: readonly T[]): T | undefined {
    return items[this.random.integer(Math.max(1, items.length))];
  }

  /** From `low` to `high`. */
  between(low: number, high: number): number {
    return low + this.random.integer(high - low + 1);
  }

  /** A running honest node begins a new life on a machine that is made to fail. Gives which one, if there is any. */
  async rehouse(name: string, hardware: Hardware): Promise<number | undefined> {
    const index = this.pick(this.honest(true));
    if (index === undefined) return undefined;
    await this.cluster.crash(index);
    await this.house(index, name, hardware);
    return index;
  }

  /** Begins a life on a machine that is made to fail, which may end before it has well begun. */
  async house(index: number, name: string, hardware: Hardware): Promise<void> {
    this.machines.push({ name, hardware });
    try {
      await this.cluster.restart(index, hardware);
    } catch (error) {
      if (!hardware.hasFailed) throw error;
      this.cluster.note(index, `did not start: ${error}`);
    }
  }
}

/** Does it if it can at present, and says whether it did. Machines that are made to fail are counted when they do. */
export type Fault = (stage: Stage) => Promise<boolean>;
