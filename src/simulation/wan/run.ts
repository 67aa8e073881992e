import assert from "node:assert/strict";
import { fromBinary } from "@bufbuild/protobuf";
import type { DecidedBlock } from "../../consensus/mod.ts";
import { simClock } from "../../platform/mod.ts";
import { BatchSchema } from "../../proto/gen/rustorium/v1/batch_pb.ts";
import { BlockSchema } from "../../proto/gen/rustorium/v1/block_pb.ts";
import { CommitCertificateSchema } from "../../proto/gen/rustorium/v1/consensus_pb.ts";
import type { SimChain } from "../chain.ts";
import { Cluster } from "../cluster.ts";
import { core } from "../core.ts";
import { rounded, spreadOf, type WanFigures } from "./figures.ts";
import { type Decided, finalities } from "./finality.ts";
import { type LineQuality, WideLines } from "./lines.ts";
import { SteadyLoad } from "./load.ts";
import { each, Traffic, urgencyOf } from "./traffic.ts";
import { nodeConsensus, oneWayMs, QUALITY, wideChain } from "./world.ts";

/** The first block waits until all have found each other; then transfers come. */
const FOUND = 1n;
/** Blocks before the measurement. */
const WARM_UP = 4n;
/** Blocks after it, for what was sent at its end. */
const AFTER = 3n;
/** Virtual time in which a block must come. */
const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 100;
const ID_BYTES = 32;
const MBIT_BYTES = 125_000;

export interface WanOptions {
  seed: number;
  /** 1 to 100. */
  validators: number;
  /** In how many regions they are, 1 to 10. */
  regions: number;
  /** Transfers a second, to all nodes together. */
  rate: number;
  /** Blocks of the measurement. */
  heights: number;
  /** In place of a new chain. */
  chain?: SimChain;
  /** In place of what a node has without a configuration. */
  blockTimeMs?: number;
  quality?: Partial<LineQuality>;
  /** Hears of each height that all have decided. */
  onProgress?: (height: bigint, virtualMs: number) => void;
}

/** Whole validators all over the world, without faults: how long blocks take, and what travels. */
export class WanRun {
  readonly cluster: Cluster;
  readonly #options: WanOptions;
  readonly #load: SteadyLoad;
  /** When each node has decided each height. */
  readonly #decidedMs = new Map<bigint, number[]>();
  readonly #blocks = new Map<bigint, DecidedBlock>();
  #traffic = new Traffic();

  constructor(options: WanOptions) {
    this.#options = options;
    const { seed, validators, regions, blockTimeMs, quality } = options;
    const chain = options.chain ?? wideChain(validators);
    this.cluster = new Cluster({
      ...{ seed, chain, isUniform: true, lookEveryMs: LOOK_EVERY_MS },
      consensus: nodeConsensus(blockTimeMs),
      carrier: (scheduler, random) =>
        new WideLines({
          ...{ scheduler, random, urgencyOf },
          quality: { ...QUALITY, ...quality },
          latencyMs: (from, to) =>
            oneWayMs(numberOf(from), numberOf(to), regions),
          onCarried: (carried) => this.#traffic.add(carried),
        }),
      onDecided: (index, block) => this.#decided(index, block),
    });
    this.#load = new SteadyLoad(this.cluster, options.rate);
  }

  /** Throws what does not hold. */
  async run(): Promise<WanFigures> {
    const { cluster } = this;
    const last = WARM_UP + BigInt(this.#options.heights);
    await cluster.start();
    await this.#reach(FOUND, FOUND);
    this.#load.start();
    await this.#reach(FOUND + 1n, WARM_UP);
    this.#traffic = new Traffic();
    const sinceMs = cluster.scheduler.now();
    await this.#reach(WARM_UP + 1n, last);
    const ms = cluster.scheduler.now() - sinceMs;
    const traffic = this.#traffic;
    this.#traffic = new Traffic();
    this.#load.stop();
    await this.#reach(last + 1n, last + AFTER);
    const figures = await this.#figures({ ms, sinceMs, traffic });
    await cluster.stop();
    return figures;
  }

  async #reach(from: bigint, to: bigint): Promise<void> {
    const { cluster } = this;
    for (let height = from; height <= to; height++) {
      await cluster.reach(height, PATIENCE_MS);
      this.#options.onProgress?.(height, cluster.scheduler.now());
    }
    assert.deepEqual(cluster.checker.violations, []);
  }

  #decided(index: number, block: DecidedBlock): void {
    const { height } = block.stored;
    const times = this.#decidedMs.get(height) ?? [];
    times[index] = this.cluster.scheduler.now();
    this.#decidedMs.set(height, times);
    this.#blocks.set(height, block);
  }

  async #figures(
    { ms, sinceMs, traffic }: {
      ms: number;
      sinceMs: number;
      traffic: Traffic;
    },
  ): Promise<WanFigures> {
    const { seed, validators, regions, rate, heights, blockTimeMs } =
      this.#options;
    const perBlock = (count: number) => rounded(count / heights);
    const mbits = (bytes: readonly number[]) => {
      const each = bytes.map((one) => one / MBIT_BYTES / (ms / 1_000));
      return {
        mean: hundredths(each.reduce((sum, one) => sum + one, 0) / validators),
        max: hundredths(Math.max(0, ...each)),
      };
    };
    const { finalMs, submitted } = await this.#finalities(sinceMs, ms);
    return {
      ...{ seed, validators, regions, rate, heights },
      block_time_ms: nodeConsensus(blockTimeMs).blockTimeMs,
      virtual_s: rounded(ms / 1_000),
      blocks_per_s: hundredths(heights / (ms / 1_000)),
      block_ms: spreadOf(this.#blockTimes()),
      ...(finalMs.length > 0 && { final_ms: spreadOf(finalMs) }),
      transfers: {
        ...{ submitted, final: finalMs.length },
        refused: this.#load.refused,
      },
      extra_rounds: this.#extraRounds(),
      messages_per_block: each(traffic.messages, perBlock),
      bytes_per_block: each(traffic.bytes, perBlock),
      sent_mbit_s: mbits(traffic.nodes.map(({ sentBytes }) => sentBytes)),
      received_mbit_s: mbits(
        traffic.nodes.map(({ receivedBytes }) => receivedBytes),
      ),
      trace: this.cluster.trace.digest(),
    };
  }

  /** The blocks of the measurement. */
  #measured(): [height: bigint, block: DecidedBlock][] {
    const last = WARM_UP + BigInt(this.#options.heights);
    return [...this.#blocks].filter(([height]) =>
      height > WARM_UP && height <= last
    );
  }

  /** From the proposer's clock, which is the common one here, to each decision. */
  #blockTimes(): number[] {
    const { scheduler } = this.cluster;
    const epochMs = simClock(scheduler).now() - Math.floor(scheduler.now());
    return this.#measured().flatMap(([height, { header }]) =>
      this.#decidedMs.get(height)!.map((atMs) =>
        atMs - (Number(header.timeMs) - epochMs)
      )
    );
  }

  #extraRounds(): number {
    return this.#measured().reduce((sum, [, { stored }]) => {
      const { round } = fromBinary(CommitCertificateSchema, stored.certificate);
      return sum + round;
    }, 0);
  }

  /** Of the transfers of the measurement, those that are final by now, each at the node that took it. */
  async #finalities(sinceMs: number, ms: number) {
    const submitted = new Map(
      [...this.#load.submitted].filter(([, { atMs }]) =>
        atMs >= sinceMs && atMs < sinceMs + ms
      ),
    );
    const blocks: Decided[] = [];
    const heights = [...this.#blocks.keys()].sort((a, b) => Number(a - b));
    for (const height of heights) {
      const ids = await this.#idsOf(height);
      blocks.push({ ids, decidedMs: this.#decidedMs.get(height)! });
    }
    const finalMs = finalities(submitted, blocks);
    return { finalMs, submitted: submitted.size };
  }

  async #idsOf(height: bigint): Promise<string[]> {
    const { block } = this.#blocks.get(height)!.stored;
    const ids: string[] = [];
    for (const digest of fromBinary(BlockSchema, block).batches) {
      const batch = await this.cluster.nodes[0]!.store.batch(digest);
      const { payload } = fromBinary(BatchSchema, batch!);
      const joined = core.payloadIds(this.cluster.chain.genesisHash, payload);
      for (let at = 0; at < joined.length; at += ID_BYTES) {
        ids.push(joined.subarray(at, at + ID_BYTES).toHex());
      }
    }
    return ids;
  }
}

const numberOf = (name: string) => Number(name.replace("node", ""));

const hundredths = (value: number) => Math.round(100 * value) / 100;
