import { createClient } from "../client/mod.ts";
import { createCore, loadCoreModule } from "../core/mod.ts";
import { ErrorCode, fault } from "../errors/mod.ts";
import type { Clock, Random } from "../platform/mod.ts";
import { audit } from "./audit.ts";
import { BlockWatch } from "./blocks.ts";
import { diskBytes } from "./disk.ts";
import { Flood } from "./flood.ts";
import { latencies } from "./latency.ts";
import { Ledger } from "./ledger.ts";
import * as plan from "./plan.ts";
import { startReference } from "./reference.ts";
import { figuresOf, windowSeconds } from "./report.ts";
import { feeAddressOf, Supply } from "./supply.ts";
import type { Launch, LoadNode, LoadOptions, LoadReport } from "./types.ts";
import { measureWindow, type Window } from "./window.ts";

export interface LoadSurroundings {
  clock: Clock;
  random: Random;
  launch: Launch;
  /** For files that are not needed afterwards. */
  directory: string;
  /** What is being done, for whoever waits. */
  onProgress: (text: string) => void;
}

/** Of every account at the beginning: enough for hours, and no supply too large with a million of them. */
const BALANCE = 1_000_000_000_000n;
/** How long the last transfers may take, and their execution. */
const DRAIN_SECONDS_MAX = 120;
const POLL_MS = 50;

/**
 * Puts load on a chain that it has made, measures, and accounts for every
 * transfer. @throws SUPPLY_BROKEN where a balance is wrong; what the nodes
 * answer to a transfer that is not admitted.
 */
export async function runLoad(
  options: LoadOptions,
  surroundings: LoadSurroundings,
): Promise<LoadReport> {
  const { random, directory, launch, onProgress } = surroundings;
  await using closing = new AsyncDisposableStack();
  onProgress(`Making ${options.accounts} accounts`);
  const core = await loadCoreModule();
  const supply = closing.adopt(
    await Supply.open({
      ...options,
      ...{ core, directory },
      secret: random.bytes(32),
      chunk: plan.chunkOf(options),
    }),
    (supply) => supply.close(),
  );
  onProgress("Starting the nodes");
  const nodes = await launch(supply.addresses, BALANCE);
  const run = await LoadRun.open({ options, surroundings, supply, nodes });
  closing.adopt(run, (run) => run.close());
  const window = await run.measure();
  onProgress("Comparing balances");
  return await run.report(window, feeAddressOf(createCore(core)));
}

interface RunParts {
  options: LoadOptions;
  surroundings: LoadSurroundings;
  supply: Supply;
  nodes: LoadNode[];
}

/** A load on nodes that run. */
class LoadRun {
  readonly #parts: RunParts;
  readonly #rpc: string;
  readonly #watch: BlockWatch;
  readonly #flood: Flood;
  readonly #reference = startReference();
  readonly #diskBefore: number;
  #startMs = 0;

  private constructor(parts: RunParts, diskBefore: number) {
    const { surroundings: { clock }, options: { rate }, supply, nodes } = parts;
    this.#parts = parts;
    this.#rpc = nodes[0]!.rpc;
    this.#diskBefore = diskBefore;
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
    const chain = await createClient({ url: nodes[0]!.rpc }).chain();
    const { validityBlocksMax } = chain.parameters;
    await supply.begin({
      ...chain,
      validUntil: plan.validUntil(options, validityBlocksMax),
    });
    return new LoadRun(parts, await meanDisk(nodes));
  }

  /** Warms up, then measures under full load until the window is over. */
  async measure(): Promise<Window> {
    const { options, surroundings: { clock, onProgress } } = this.#parts;
    await this.#sign(plan.warmUpTransfers(options));
    onProgress("Warming up");
    this.#startMs = clock.monotonic();
    await this.#whileWatching(this.#flood.run(new AbortController().signal));
    await this.#drain();
    await this.#sign(plan.windowTransfers(options, this.#speed()));
    onProgress(`Measuring for ${options.seconds} s`);
    return await this.#whileWatching(this.#measure());
  }

  async #measure(): Promise<Window> {
    const { options, surroundings: { clock }, nodes } = this.#parts;
    const end = new AbortController();
    const flood = this.#flood.run(end.signal);
    const window = clock.sleep(plan.leadSeconds(options) * 1_000).then(() =>
      measureWindow({
        ...{ clock, nodes, watch: this.#watch },
        end: async () => {
          await this.#reference.begin();
          await Promise.race([clock.sleep(options.seconds * 1_000), flood]);
        },
        isOver: () => this.#watch.transactions === this.#flood.taken,
      })
    );
    try {
      await Promise.race([window, flood.then(() => window)]);
    } finally {
      end.abort();
    }
    await flood;
    return await window;
  }

  /** Accounts for all transfers, stops the nodes and puts the figures together. */
  async report(window: Window, feeAddress: Uint8Array): Promise<LoadReport> {
    const { nodes } = this.#parts;
    const verifyUs = await this.#reference.medianUs();
    await this.#drain();
    const checkedAccounts = await this.#audit(feeAddress);
    const { first, last } = window;
    const latencyMs = await latencies(
      this.#rpc,
      this.#watch,
      this.#flood.samples.filter(({ submittedMs }) =>
        submittedMs >= first.atMs && submittedMs <= last.atMs
      ),
    );
    this.#watch.close();
    for (const node of nodes) await node.stop();
    const transfers = this.#flood.taken;
    return {
      figures: figuresOf({
        ...{ window, latencyMs, verifyUs, transfers },
        envelopeBytes: this.#flood.bytes,
        diskBytes: await meanDisk(nodes) - this.#diskBefore,
      }),
      windowSeconds: windowSeconds(window),
      warmUpSeconds: (first.atMs - this.#startMs) / 1_000,
      transfers,
      checkedAccounts,
    };
  }

  close(): void {
    this.#watch.close();
    this.#reference.close();
  }

  async #sign(count: number): Promise<void> {
    const { supply, surroundings: { onProgress } } = this.#parts;
    await supply.sign(
      count,
      (signed) => onProgress(`Signed ${signed} of ${count} transfers`),
    );
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

  /** Until everything submitted is final and executed. */
  async #drain(): Promise<void> {
    const { clock } = this.#parts.surroundings;
    const client = createClient({ url: this.#rpc });
    const deadlineMs = clock.monotonic() + DRAIN_SECONDS_MAX * 1_000;
    const isDone = async () =>
      this.#watch.transactions === this.#flood.taken &&
      (await client.status()).executedHeight >=
        (this.#watch.lastFull?.height ?? 0n);
    while (!await isDone()) {
      if (clock.monotonic() > deadlineMs) {
        throw fault(ErrorCode.RPC_TIMEOUT, {
          submitted: this.#flood.taken,
          final: this.#watch.transactions,
        });
      }
      await clock.sleep(POLL_MS);
    }
  }

  async #audit(feeAddress: Uint8Array): Promise<number> {
    const { options: { accounts }, supply, surroundings } = this.#parts;
    const ledger = new Ledger(accounts, BALANCE);
    ledger.book(supply.workload(), this.#flood.taken, supply.template);
    return await audit({
      rpc: this.#rpc,
      random: surroundings.random,
      ...{ ledger, accounts, feeAddress },
      addressOf: (account) => supply.address(account),
      baseFees: this.#watch.baseFees,
    });
  }

  /** Fails as soon as the node is gone. */
  async #whileWatching<T>(work: Promise<T>): Promise<T> {
    const ended = this.#watch.ended.then(() => work);
    ended.catch(() => {});
    return await Promise.race([work, ended]);
  }
}

async function meanDisk(nodes: readonly LoadNode[]): Promise<number> {
  const sizes = await Promise.all(nodes.map(({ home }) => diskBytes(home)));
  return sizes.reduce((sum, bytes) => sum + bytes, 0) / nodes.length;
}
