import { ErrorCode, fault } from "../errors/mod.ts";
import type { Clock } from "../platform/mod.ts";
import { pickEnvelopes, postChunk } from "./post.ts";
import { Room } from "./room.ts";
import { Samples } from "./samples.ts";
import type { Chunk, Stock } from "./stock.ts";

export interface FloodOptions {
  clock: Clock;
  /** APIs of the nodes, asked in turn. */
  rpcs: readonly string[];
  stock: Stock;
  /** Transfers a second; left out: as many as are taken. */
  rate?: number;
  /** Submitted and not final yet. */
  inFlightMax: number;
}

/** Requests under way at each node: one that it works on, one that arrives. */
const REQUESTS_MAX = 2;
const RETRY_MS = 20;
const ID_BYTES = 32;
/** Shares no factor with the length of a chunk, so that all places come up. */
const STRIDE = 377;
/** Refusals that pass when a block has made room. */
const PASSING: ReadonlySet<number> = new Set([
  ErrorCode.MEMPOOL_FULL,
  ErrorCode.SENDER_QUOTA,
  ErrorCode.NONCE_TOO_FAR,
  ErrorCode.RPC_BUSY,
]);

/**
 * Submits the stock, chunk by chunk in order, to one node after the other, never
 * more than the nodes can hold. A node that is busy keeps the others waiting
 * rather than have later nonces overtake its own.
 */
export class Flood {
  readonly #options: FloodOptions;
  readonly #room = new Room();
  readonly samples = new Samples();
  /** Nodes that are busy, until they want to be asked again: what is for them stays in order. */
  readonly #pauses = new Map<string, Promise<void>>();
  #sampled = 0;
  #taken = 0;
  #committed = 0;
  #bytes = 0;
  /** For each node the numbers of its chunks that it has not taken, ascending. */
  readonly #requests: Set<number>[];
  #chunks = 0;
  #failure: unknown;
  #starvedMs = 0;
  #starvedSince: number | undefined;
  #lateMs = 0;

  constructor(options: FloodOptions) {
    this.#options = options;
    this.#requests = options.rpcs.map(() => new Set());
  }

  /** Transfers that were taken out of the stock: the first of the workload. */
  get taken(): number {
    return this.#taken;
  }

  /** Bytes of their envelopes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How long there was nothing signed to send, so far. */
  get starvedMs(): number {
    const { clock } = this.#options;
    const since = this.#starvedSince;
    return this.#starvedMs +
      (since === undefined ? 0 : clock.monotonic() - since);
  }

  /** The most that a request went out behind its time since the last question. */
  takeLateMs(): number {
    const late = this.#lateMs;
    this.#lateMs = 0;
    return late;
  }

  /** So many transfers are final, from the beginning. */
  committed(transfers: number): void {
    this.#committed = transfers;
    this.#room.changed();
  }

  /** Something was put into the stock. */
  stocked(): void {
    this.#room.changed();
  }

  /** Submits the whole stock; everything is admitted then. */
  async all(): Promise<void> {
    await this.#run(() => this.#options.stock.chunks === 0);
  }

  /** Submits until `signal`, also what is put into the stock meanwhile; everything taken is admitted then. */
  async until(signal: AbortSignal): Promise<void> {
    const stop = () => this.#room.changed();
    signal.addEventListener("abort", stop);
    await this.#run(() => signal.aborted);
    signal.removeEventListener("abort", stop);
  }

  async #run(isOver: () => boolean): Promise<void> {
    const { clock, stock } = this.#options;
    const isEnd = () => isOver() || this.#failure !== undefined;
    let dueMs = clock.monotonic();
    while (true) {
      await this.#room.until(() => {
        const ended = isEnd();
        this.#noteStock(!ended && this.#nodesHaveRoom());
        return ended || this.#hasRoom();
      });
      const chunk = isEnd() ? undefined : stock.take();
      if (!chunk) break;
      dueMs = await this.#pace(dueMs, chunk);
      this.#start(chunk, dueMs);
    }
    await this.#room.until(() =>
      this.#requests.every(({ size }) => size === 0)
    );
    if (this.#failure !== undefined) throw this.#failure;
  }

  #hasRoom(): boolean {
    return this.#options.stock.chunks > 0 && this.#nodesHaveRoom();
  }

  #nodesHaveRoom(): boolean {
    const { rpcs, inFlightMax } = this.#options;
    const [oldest = this.#chunks] = this.#requests[this.#next]!;
    return this.#chunks - oldest < REQUESTS_MAX * rpcs.length &&
      this.#taken - this.#committed < inFlightMax;
  }

  /** Whose turn it is. */
  get #next(): number {
    return this.#chunks % this.#options.rpcs.length;
  }

  /** Keeps account of the time in which only the stock was missing. */
  #noteStock(wanted: boolean): void {
    const { clock, stock } = this.#options;
    const since = this.#starvedSince;
    if (wanted && stock.chunks === 0) {
      this.#starvedSince ??= clock.monotonic();
    } else if (since !== undefined) {
      this.#starvedMs += clock.monotonic() - since;
      this.#starvedSince = undefined;
    }
  }

  /** When the chunk counts as submitted. At a rate a late chunk is late: its waiting is part of its latency. */
  async #pace(beforeMs: number, { transfers }: Chunk): Promise<number> {
    const { clock, rate } = this.#options;
    if (rate === undefined) return clock.monotonic();
    const dueMs = beforeMs + transfers / rate * 1_000;
    const waitMs = dueMs - clock.monotonic();
    if (waitMs > 0) await clock.sleep(waitMs);
    this.#lateMs = Math.max(this.#lateMs, clock.monotonic() - dueMs);
    return dueMs;
  }

  #start(chunk: Chunk, submittedMs: number): void {
    const rpc = this.#options.rpcs[this.#next]!;
    const requests = this.#requests[this.#next]!;
    const number = this.#chunks++;
    this.#taken += chunk.transfers;
    this.#bytes += chunk.envelopes.length;
    requests.add(number);
    this.#submit(rpc, chunk, submittedMs)
      .catch((error) => this.#failure ??= error)
      .finally(() => {
        requests.delete(number);
        this.#room.changed();
      });
  }

  async #submit(
    rpc: string,
    { envelopes, transfers }: Chunk,
    submittedMs: number,
  ): Promise<void> {
    const { clock, rate } = this.#options;
    let sampled = false;
    for (let left = transfers; left > 0;) {
      for (let pause; (pause = this.#pauses.get(rpc));) await pause;
      const startMs = clock.monotonic();
      const answer = await postChunk(rpc, envelopes);
      if ("retryAfterMs" in answer) {
        this.#pause(rpc, answer.retryAfterMs);
        continue;
      }
      const again = refused(answer.codes);
      // Without a rate nothing is due before the node takes it.
      const sinceMs = rate === undefined ? startMs : submittedMs;
      if (!sampled) this.#sample(answer.ids, sinceMs);
      sampled = true;
      left = again.size;
      if (left === 0) return;
      envelopes = pickEnvelopes(envelopes, again);
      await clock.sleep(RETRY_MS);
    }
  }

  #pause(rpc: string, ms: number): void {
    if (this.#pauses.has(rpc)) return;
    const over = this.#options.clock.sleep(ms)
      .then(() => void this.#pauses.delete(rpc));
    this.#pauses.set(rpc, over);
  }

  /** One of each chunk, at changing places. */
  #sample(ids: Uint8Array, submittedMs: number): void {
    const start = (this.#sampled++ * STRIDE * ID_BYTES) % ids.length;
    this.samples.add(() => ({
      id: ids.slice(start, start + ID_BYTES),
      submittedMs,
    }));
  }
}

/** Places of the transfers that must be submitted again. @throws the code of one that never gets in. */
function refused(codes: Uint32Array): Set<number> {
  const again = new Set<number>();
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at]!;
    if (code === 0) continue;
    if (PASSING.has(code)) again.add(at);
    // An answer got lost, the transfer did not.
    else if (code !== ErrorCode.DUPLICATE_TRANSACTION) {
      throw fault(code, { place: at });
    }
  }
  return again;
}
