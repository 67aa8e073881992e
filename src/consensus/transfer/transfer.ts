import { ErrorCode, isFault } from "../../errors/mod.ts";
import type { Clock, Log, Network } from "../../platform/types.ts";
import { Line } from "./line.ts";
import type { Piece } from "./piece.ts";

/** Asked for at once, from all peers; beyond it pieces wait. */
const IN_FLIGHT_BYTES_MAX = 32 << 20;
/** An answer that is late is still taken for so long. */
const GRACE_MS = 2_000;
/** Pieces that find nobody with room before the others are not looked at. */
const MISSES_MAX = 16;

export interface TransferOptions {
  clock: Clock;
  log: Log;
  network: Network;
}

/** A piece that somebody waits for. */
interface Job {
  /** Earlier ones go first. */
  number: number;
  piece: Piece<unknown>;
  /** Who has been asked and has not answered, or whose answer is being read. */
  asked: Set<string>;
  /** Who did not have it. */
  without: Set<string>;
  isWaiting: boolean;
  isOver: boolean;
  settle(value: unknown): void;
  fail(reason: unknown): void;
}

/**
 * Gets pieces from several peers at once, earlier ones first. Each peer is
 * asked for as much at once as its measured rate and latency make of use, and
 * each piece from whoever should have given it first. Where an answer is late,
 * all that is asked of that peer is asked of others as well: whoever stalls
 * costs that time once.
 */
export class Transfer {
  readonly #options: TransferOptions;
  readonly #lines = new Map<string, Line>();
  /** By peer, the jobs whose answers have not come. */
  readonly #open = new Map<string, Set<Job>>();
  readonly #waiting: Job[] = [];
  #inFlightBytes = 0;
  #jobs = 0;

  constructor(options: TransferOptions) {
    this.#options = options;
    options.network.onPeers((peers) => {
      this.#forget(new Set(peers));
      this.#fill();
    });
  }

  /**
   * What a piece holds; undefined where all that may have it were asked in
   * vain. Rejects with the signal's reason, and with what `read` throws.
   */
  get<T>(piece: Piece<T>, signal: AbortSignal): Promise<T | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<T | undefined>();
    if (signal.aborted) {
      reject(signal.reason);
      return promise;
    }
    const job: Job = {
      number: this.#jobs++,
      piece: piece as Piece<unknown>,
      asked: new Set(),
      without: new Set(),
      isWaiting: false,
      isOver: false,
      settle: (value) => {
        this.#end(job);
        signal.removeEventListener("abort", abort);
        resolve(value as T | undefined);
      },
      fail: (reason) => {
        this.#end(job);
        signal.removeEventListener("abort", abort);
        reject(reason);
      },
    };
    const abort = () => job.fail(signal.reason);
    signal.addEventListener("abort", abort);
    this.#wait(job);
    this.#fill();
    return promise;
  }

  /** Asks whoever has room for what waits. */
  #fill(): void {
    let misses = 0;
    for (let at = 0; at < this.#waiting.length && misses < MISSES_MAX;) {
      const job = this.#waiting[at]!;
      const { bytes } = job.piece;
      const isFull = this.#inFlightBytes > 0 &&
        this.#inFlightBytes + bytes > IN_FLIGHT_BYTES_MAX;
      if (isFull) return;
      const peers = this.#candidates(job);
      const peer = this.#choose(job, peers);
      if (peer !== undefined) {
        this.#waiting.splice(at, 1);
        job.isWaiting = false;
        this.#ask(job, peer);
      } else if (peers.length === 0) {
        this.#waiting.splice(at, 1);
        job.isWaiting = false;
        if (job.asked.size === 0) job.settle(undefined);
      } else {
        misses++;
        at++;
      }
    }
  }

  /** Who may have it and was not asked; those that answer, if there are any. */
  #candidates({ piece, asked, without }: Job): string[] {
    const nowMs = this.#options.clock.monotonic();
    const peers = piece.peers().filter((peer) =>
      !asked.has(peer) && !without.has(peer)
    );
    const present = peers.filter((peer) => !this.#line(peer).isAway(nowMs));
    return present.length > 0 ? present : peers;
  }

  /** Who would have given it first, of those with room. */
  #choose({ piece }: Job, peers: readonly string[]): string | undefined {
    const { bytes, first } = piece;
    let chosen: string | undefined;
    let chosenMs = Infinity;
    for (const peer of peers) {
      const line = this.#line(peer);
      if (!line.hasRoom(bytes)) continue;
      if (peer === first) return peer;
      const ms = line.expectedMs(bytes);
      if (ms >= chosenMs) continue;
      chosen = peer;
      chosenMs = ms;
    }
    return chosen;
  }

  async #ask(job: Job, peer: string): Promise<void> {
    const { clock, network } = this.#options;
    const { topic, body, bytes } = job.piece;
    const line = this.#line(peer);
    const lateMs = line.lateMs(bytes);
    const ticket = line.ask(bytes, clock.monotonic());
    const open = this.#open.get(peer) ?? new Set();
    this.#open.set(peer, open.add(job));
    job.asked.add(peer);
    this.#inFlightBytes += bytes;
    const timer = clock.schedule(lateMs, () => this.#late(peer));
    const over = () => {
      timer.cancel();
      open.delete(job);
      if (open.size === 0) this.#open.delete(peer);
      this.#inFlightBytes -= bytes;
    };
    let answer;
    try {
      answer = await network.request(peer, topic, body, lateMs + GRACE_MS);
    } catch (error) {
      over();
      if (isRefusal(error)) line.refused(ticket);
      else line.failed(ticket, clock.monotonic());
      this.#lacks(job, peer, error);
      return this.#fill();
    }
    over();
    line.answered(ticket, answer.length, clock.monotonic());
    await this.#read(job, peer, answer);
    this.#fill();
  }

  async #read(job: Job, peer: string, answer: Uint8Array): Promise<void> {
    if (job.isOver) return;
    const { clock, network } = this.#options;
    let reading;
    try {
      const read = job.piece.read(answer, peer);
      // Whoever lies gets no more to do; who seems not to need not wait.
      if (read instanceof Promise) this.#fill();
      reading = await read;
    } catch (error) {
      if (!job.isOver) job.fail(error);
      return;
    }
    if (job.isOver) return;
    if (typeof reading === "object") return job.settle(reading.value);
    if (reading === "wrong") {
      this.#line(peer).lied(clock.monotonic());
      network.rate?.(peer, "invalid");
    }
    this.#lacks(job, peer, reading);
  }

  /** Others are to be asked. */
  #lacks(job: Job, peer: string, why: unknown): void {
    job.asked.delete(peer);
    job.without.add(peer);
    if (job.isOver) return;
    this.#options.log.debug("a peer did not give what it was asked for", {
      ...{ peer, topic: job.piece.topic, why },
    });
    job.piece.onWithout?.(peer);
    this.#wait(job);
  }

  #late(peer: string): void {
    this.#line(peer).stall();
    for (const job of this.#open.get(peer) ?? []) this.#wait(job);
    this.#fill();
  }

  /** Puts it in its place. */
  #wait(job: Job): void {
    if (job.isOver || job.isWaiting) return;
    job.isWaiting = true;
    let at = this.#waiting.length;
    while (at > 0 && this.#waiting[at - 1]!.number > job.number) at--;
    this.#waiting.splice(at, 0, job);
  }

  #end(job: Job): void {
    job.isOver = true;
    if (!job.isWaiting) return;
    job.isWaiting = false;
    this.#waiting.splice(this.#waiting.indexOf(job), 1);
  }

  #line(peer: string): Line {
    const line = this.#lines.get(peer) ?? new Line();
    this.#lines.set(peer, line);
    return line;
  }

  #forget(connected: ReadonlySet<string>): void {
    for (const [peer, line] of this.#lines) {
      if (line.isIdle && !connected.has(peer)) this.#lines.delete(peer);
    }
  }
}

function isRefusal(error: unknown): boolean {
  return isFault(error, ErrorCode.PEER_REFUSED);
}
