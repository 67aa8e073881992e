import { createClient } from "../client/mod.ts";
import { type CoreExports, EXECUTION_LAG } from "../core/mod.ts";
import { ErrorCode, fault } from "../errors/mod.ts";
import { agree } from "./agreement.ts";
import { audit } from "./audit.ts";
import { BlockWatch } from "./blocks.ts";
import { courseOf } from "./course.ts";
import { meanDisk } from "./disk.ts";
import { Flood } from "./flood.ts";
import { Ledger } from "./ledger.ts";
import { latencies } from "./latency.ts";
import { readMachine } from "./machine.ts";
import * as plan from "./plan.ts";
import type { ReferenceService } from "./reference.ts";
import { figuresOf, windowSeconds } from "./report.ts";
import { feeAddressOf, type Supply } from "./supply.ts";
import type {
  LatencySample,
  LoadMachine,
  LoadNode,
  LoadOptions,
  LoadReport,
  LoadSurroundings,
} from "./types.ts";
import { measureWindow, type Window } from "./window.ts";

/** How long the last transfers may take, and their execution. */
const DRAIN_SECONDS_MAX = 60;
const POLL_MS = 50;

export interface RunParts {
  options: LoadOptions;
  surroundings: LoadSurroundings;
  supply: Supply;
  nodes: LoadNode[];
  reference: ReferenceService;
  /** What it said before the nodes were started. */
  referenceBefore: readonly number[];
  /** Of every account at the beginning. */
  balance: bigint;
  core: CoreExports;
}

/** A load on nodes that run. */
export class LoadRun {
  readonly #parts: RunParts;
  readonly #rpc: string;
  readonly #watch: BlockWatch;
  readonly #flood: Flood;
  readonly #diskBefore: number;
  readonly #ledger: Ledger;
  readonly #machine: Omit<LoadMachine, "others_cores">;
  #referenceDuring: readonly number[] = [];
  readonly #genesisHash: Uint8Array;
  #startMs = 0;
  #signed = { transfers: 0, ms: 0 };
  #signedLate = 0;

  private constructor(
    parts: RunParts,
    { genesisHash, diskBefore }: {
      genesisHash: Uint8Array;
      diskBefore: number;
    },
  ) {
    const { surroundings: { clock }, options: { rate }, supply, nodes } = parts;
    this.#parts = parts;
    this.#rpc = nodes[0]!.rpc;
    this.#diskBefore = diskBefore;
    this.#genesisHash = genesisHash;
    this.#machine = readMachine(clock);
    this.#ledger = new Ledger({
      workload: supply.workload(),
      template: supply.template,
      accounts: parts.options.accounts,
      balance: parts.balance,
    });
    this.#flood = new Flood({
      ...{ clock, rate, stock: supply.stock },
      rpcs: nodes.map(({ rpc }) => rpc),
      inFlightMax: plan.IN_FLIGHT_MAX,
    });
    this.#watch = new BlockWatch(this.#rpc, clock);
    this.#watch.onBlock(({ transactions }) =>
      this.#flood.committed(transactions)
    );
  }

  static async open(parts: RunParts): Promise<LoadRun> {
    const { options, supply, nodes } = parts;
    const { rpc, parameters } = nodes[0]!;
    const { genesisHash: hash, baseFee } = await createClient({ url: rpc })
      .status();
    const genesisHash = Uint8Array.fromHex(hash);
    const { validityBlocksMax } = parameters;
    await supply.begin({
      ...{ genesisHash, parameters },
      validUntil: plan.validUntil(options, validityBlocksMax),
      baseFee,
    }, { count: nodes.length, transfers: plan.chunkOf(options, nodes.length) });
    const diskBefore = await meanDisk(nodes);
    return new LoadRun(parts, { genesisHash, diskBefore });
  }

  /** Warms up, then measures under full load until the window is over. */
  async measure(): Promise<Window> {
    const { options, surroundings: { clock, onProgress } } = this.#parts;
    await this.#sign(plan.warmUpTransfers(options));
    onProgress("Warming up");
    this.#startMs = clock.monotonic();
    await this.#whileWatching(this.#flood.all());
    await this.#drain();
    await this.#sign(plan.windowTransfers(options, this.#speed()));
    onProgress(`Measuring for ${options.seconds} s`);
    return await this.#whileWatching(this.#measure());
  }

  async #measure(): Promise<Window> {
    const { options, surroundings: { clock }, nodes, reference } = this.#parts;
    const end = new AbortController();
    const flood = this.#flood.until(end.signal);
    const refill = this.#refill(end.signal);
    const window = clock.sleep(plan.leadSeconds(options) * 1_000).then(() =>
      measureWindow({
        ...{ clock, nodes, watch: this.#watch, flood: this.#flood },
        end: async () => {
          await reference.begin();
          await this.#wait(options.seconds);
          this.#referenceDuring = await reference.end();
        },
      })
    );
    try {
      return await Promise.race([
        window,
        Promise.all([flood, refill]).then(() => window),
      ]);
    } finally {
      end.abort();
      await Promise.all([flood, refill]);
    }
  }

  /** Tells each second how it goes. */
  async #wait(seconds: number): Promise<void> {
    const { clock, onProgress } = this.#parts.surroundings;
    const [startMs, before] = [clock.monotonic(), this.#watch.transactions];
    for (let second = 1; second <= seconds; second++) {
      const leftMs = startMs + second * 1_000 - clock.monotonic();
      await clock.sleep(Math.max(0, leftMs));
      const done = this.#watch.transactions - before;
      const speed = Math.round(done / second);
      onProgress(`Measured ${second} of ${seconds} s, ${speed} a second`);
    }
  }

  /** Keeps the stock from running out. */
  async #refill(signal: AbortSignal): Promise<void> {
    const { options, surroundings: { clock }, supply } = this.#parts;
    const least = plan.stockMin(options);
    while (!signal.aborted) {
      if (supply.stock.transfers < least) {
        await supply.sign(least, () => this.#flood.stocked());
        this.#signedLate += least;
      }
      await clock.sleep(POLL_MS);
    }
  }

  /** Accounts for all transfers, stops the nodes and puts the figures together. */
  async report(window: Window): Promise<LoadReport> {
    const { nodes, surroundings: { onProgress } } = this.#parts;
    await this.#drain();
    onProgress("Comparing the states of all nodes");
    const agreement = await this.#agree();
    const checkedAccounts = await this.#audit();
    const samples = await this.#latencies(window);
    const arrivals = this.#watch.arrivals.slice(
      Number(window.first.height) - 1,
    );
    this.#watch.close();
    for (const node of nodes) await node.stop();
    const reference = {
      before: this.#parts.referenceBefore,
      during: this.#referenceDuring,
      after: await this.#parts.reference.burst(),
    };
    const transfers = this.#flood.taken;
    const committed = this.#committed(window);
    const { first } = window;
    return {
      figures: figuresOf({
        ...{ window, latencies: samples, reference, transfers, committed },
        arrivals,
        envelopeBytes: this.#flood.bytes,
        diskBytes: await meanDisk(nodes) - this.#diskBefore,
        signedPerSecond: this.#signed.transfers / this.#signed.ms * 1_000,
        workload: this.#workload(),
        machine: this.#machine,
      }),
      course: courseOf({ window, arrivals, latencies: samples, committed }),
      windowSeconds: windowSeconds(window),
      warmUpSeconds: (first.atMs - this.#startMs) / 1_000,
      ...{ transfers, checkedAccounts },
      repeated: this.#watch.transactions - transfers,
      signedLate: this.#signedLate,
      agreedHeight: agreement.height,
      uptimeUs: window.uptimeUs,
    };
  }

  async #latencies({ first, last }: Window): Promise<LatencySample[]> {
    return await latencies(
      this.#rpc,
      this.#watch,
      this.#flood.samples.all.filter(({ submittedMs }) =>
        submittedMs >= first.atMs && submittedMs <= last.atMs
      ),
    );
  }

  #workload() {
    const { options, nodes } = this.#parts;
    const { seconds, rate = null, accounts, zipf, shards } = options;
    const validators = nodes.length;
    return { validators, shards, seconds, rate, accounts, zipf };
  }

  close(): void {
    this.#watch.close();
  }

  async #sign(count: number): Promise<void> {
    const { supply, surroundings: { clock, onProgress } } = this.#parts;
    const startMs = clock.monotonic();
    await supply.sign(count, (signed) => {
      const seconds = (clock.monotonic() - startMs) / 1_000;
      const speed = Math.round(signed / seconds);
      onProgress(`Signed ${signed} of ${count} transfers, ${speed} a second`);
    });
    this.#signed.transfers += count;
    this.#signed.ms += clock.monotonic() - startMs;
  }

  /** Transfers a second, in the second half so far: by then most is compiled. */
  #speed(): number {
    const last = this.#watch.lastFull!;
    const middle = this.#watch.arrivals.find(({ transactions }) =>
      transactions >= last.transactions / 2
    )!;
    const since = middle === last
      ? { atMs: this.#startMs, transactions: 0 }
      : middle;
    return (last.transactions - since.transactions) /
      (last.atMs - since.atMs) * 1_000;
  }

  /** Until everything submitted is final and executed, and a header says so. */
  async #drain(): Promise<void> {
    const { clock } = this.#parts.surroundings;
    const client = createClient({ url: this.#rpc });
    const deadlineMs = clock.monotonic() + DRAIN_SECONDS_MAX * 1_000;
    this.#ledger.bookUpTo(this.#flood.taken);
    const { gas } = this.#ledger;
    // A transaction may be in two blocks, but is executed in one: gas tells.
    while (this.#watch.gas !== gas) {
      if (clock.monotonic() > deadlineMs) {
        const { mempool, height, executedHeight } = await client.status();
        throw fault(ErrorCode.RPC_TIMEOUT, {
          submitted: this.#flood.taken,
          final: this.#watch.transactions,
          waiting: mempool.transactions,
          ...{ height, executedHeight },
        });
      }
      await clock.sleep(POLL_MS);
    }
  }

  /** Transfers executed in the window; exact unless some were in two blocks. */
  #committed({ first, last }: Window): number {
    const { taken } = this.#flood;
    if (this.#watch.transactions === taken) {
      return last.transactions - first.transactions;
    }
    const gas = this.#watch.gasBetween(first.height, last.height);
    return Math.round(Number(gas) / Number(this.#ledger.gas) * taken);
  }

  async #agree() {
    const { nodes, core, surroundings: { clock } } = this.#parts;
    return await agree({
      rpcs: nodes.map(({ rpc }) => rpc),
      ...{ clock, core, genesisHash: this.#genesisHash },
      height: this.#watch.arrivals.at(-1)!.height - EXECUTION_LAG,
      address: feeAddressOf(core),
    });
  }

  async #audit(): Promise<number> {
    const { options: { accounts }, supply, surroundings, core } = this.#parts;
    return await audit({
      rpc: this.#rpc,
      random: surroundings.random,
      ...{ ledger: this.#ledger, accounts },
      feeAddress: feeAddressOf(core),
      addressOf: (account) => supply.addresses.of(account),
      baseFees: this.#watch.baseFees,
      onProgress: (compared, of) =>
        compared % 10_000 === 0 &&
        surroundings.onProgress(`Compared ${compared} of ${of} accounts`),
    });
  }

  /** Fails as soon as the node is gone. */
  async #whileWatching<T>(work: Promise<T>): Promise<T> {
    const ended = this.#watch.ended.then(() => work);
    ended.catch(() => {});
    return await Promise.race([work, ended]);
  }
}
