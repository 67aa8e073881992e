import assert from "node:assert/strict";
import { type Random, seededRandom } from "../platform/mod.ts";
import { BEHAVIOURS } from "./byzantine/mod.ts";
import type { SimChain } from "./chain.ts";
import { Cluster } from "./cluster.ts";
import { HEALTHY } from "./faults/hardware.ts";
import { backUp, FAULTS, Stage } from "./faults/mod.ts";
import { type Plan, planOf } from "./plan.ts";
import type { RunReport } from "./report.ts";

/** Faults until everything is well again. */
const FAULTS_EACH = 8;
/** Longest pause between two faults, and between two transfers of an account. */
const PAUSE_MS = 1_000;
const SEND_MS = 200;
/** Before the first fault. */
const FIRST_MS = 500;
/** Starting again is no fault, and happens between them. */
const NAMES = Object.keys(FAULTS).filter((name) => name !== "restart");
/** Virtual time within which all honest nodes are to be at one height with one state, once faults are over. */
const CONVERGE_MS = 30_000;

export interface RunOptions {
  seed: number;
  /** In place of a chain that follows from the seed. */
  chain?: SimChain;
  /** Of a chain that follows from the seed; 4 to 7. */
  validators?: number;
  /** Goes on at least so long, well again after every few faults. */
  virtualMs?: number;
  /** Hears of every height and what is over of the time. */
  onProgress?: (height: bigint, virtualMs: number) => void;
}

/** Whole nodes through faults that all follow from one seed. */
export class FaultRun {
  readonly cluster: Cluster;
  readonly plan: Plan;
  readonly #options: RunOptions;
  readonly #random: Random;
  readonly #stage: Stage;
  readonly #faults: Record<string, number> = {};

  constructor(options: RunOptions) {
    this.#options = options;
    this.#random = seededRandom(`faults/${options.seed}`);
    this.plan = planOf(this.#random, options);
    const { chain, byzantine, link, driftPpm } = this.plan;
    this.cluster = new Cluster({
      seed: options.seed,
      chain,
      link,
      driftPpm,
      byzantine: new Map(
        [...byzantine].map(([index, name]) => [index, BEHAVIOURS[name]!]),
      ),
    });
    this.#stage = new Stage(this.cluster, this.#random);
  }

  /** Runs to the end, or to the first thing that does not hold. */
  async run(): Promise<RunReport> {
    const { cluster } = this;
    const { virtualMs = 0, onProgress } = this.#options;
    const violations: string[] = [];
    try {
      await cluster.start();
      do {
        await this.#suffer();
        await this.#recover();
        onProgress?.(cluster.checker.height, cluster.scheduler.now());
      } while (cluster.scheduler.now() < virtualMs);
    } catch (error) {
      violations.push(...this.#whatFailed(error));
    }
    const report = this.#report(violations);
    await cluster.stop().catch((error) => violations.push(String(error)));
    return report;
  }

  async #suffer(): Promise<void> {
    await this.cluster.run(FIRST_MS, SEND_MS);
    await backUp(this.#stage);
    for (let fault = 0; fault < FAULTS_EACH; fault++) {
      await this.cluster.run(this.#random.integer(PAUSE_MS), SEND_MS);
      for (const _ of this.#stage.honest(false)) {
        if (this.#random.integer(2) === 0) await this.#do("restart");
      }
      await this.#do(this.#stage.pick(NAMES)!);
    }
  }

  async #do(name: string): Promise<void> {
    this.cluster.story.tell("faults", name);
    if (await FAULTS[name]!(this.#stage)) this.#count(name);
  }

  #count(name: string): void {
    this.#faults[name] = (this.#faults[name] ?? 0) + 1;
  }

  /** Everything works again: all agree, and what was sent is executed. */
  async #recover(): Promise<void> {
    const { cluster } = this;
    cluster.note(undefined, "all is well again");
    cluster.network.heal();
    for (const [from, to] of this.#stage.lossy.splice(0)) {
      cluster.line(from, to, { loss: this.plan.link.loss });
    }
    for (const [index, node] of cluster.nodes.entries()) {
      if (node.isUp && node.hardware !== HEALTHY) await cluster.crash(index);
      if (!node.isUp) await cluster.restart(index);
    }
    for (const { name, hardware } of this.#stage.machines.splice(0)) {
      if (hardware.hasFailed) this.#count(name);
    }
    this.#stage.away.clear();
    this.#stage.full.clear();
    await cluster.converge(CONVERGE_MS);
    await cluster.deliverAll(CONVERGE_MS);
    await cluster.converge(CONVERGE_MS, 0n);
    await this.#convict();
    // Slow lines are for agreement to cope with, but not to get ever more.
    cluster.network.mend();
  }

  /** Whoever signs twice all the time is convicted, for all to see. */
  async #convict(): Promise<void> {
    const { checker } = this.cluster;
    const certain = [...this.plan.byzantine].filter(([, name]) =>
      BEHAVIOURS[name]!.signsTwice === "always"
    ).map(([index]) => this.cluster.addressOf(index));
    const isConvicted = () =>
      certain.every((address) => checker.convicted.has(address));
    await this.cluster.until(isConvicted, CONVERGE_MS);
    assert.ok(isConvicted(), "an equivocator is not convicted");
  }

  #whatFailed(error: unknown): string[] {
    const { violations } = this.cluster.checker;
    if (violations.length > 0) return [...violations];
    return [error instanceof Error ? error.message : String(error)];
  }

  #report(violations: string[]): RunReport {
    const { cluster, plan } = this;
    const byzantine: Record<string, number> = {};
    for (const name of plan.byzantine.values()) {
      byzantine[name] = (byzantine[name] ?? 0) + 1;
    }
    return {
      seed: this.#options.seed,
      trace: cluster.trace.digest(),
      validators: plan.chain.validators.length,
      heights: cluster.checker.height,
      transfers: cluster.wallet.count,
      virtualMs: cluster.scheduler.now(),
      faults: this.#faults,
      byzantine,
      convicted: cluster.checker.convicted.size,
      violations,
    };
  }
}
