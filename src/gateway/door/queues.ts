import { ErrorCode, fault } from "../../errors/mod.ts";
import type { Clock } from "../../platform/types.ts";
import type { SubmitResult } from "../../execution/types.ts";

/** Strangers' pieces that wait, in all and from one address. */
const STRANGERS_MAX = 1_024;
const STRANGERS_OF_ADDRESS_MAX = 64;
/** For each moment that strangers were looked at, so many belong to the proven, if they have anything. */
const PROVEN_SHARE = 3;

/** Envelopes, and where their answer goes. */
interface Piece {
  envelopes: Uint8Array;
  resolve(result: SubmitResult): void;
  reject(reason: unknown): void;
}

export interface QueuesOptions {
  clock: Clock;
  submit(envelopes: Uint8Array): Promise<SubmitResult>;
  /** Bytes that the executor works on at one time; the rest waits here, where blocks do not wait for it. */
  bytesMax: number;
}

/**
 * The way to the executor. What proven sources send goes first, and several at a
 * time, which the executor may check in one batch. What strangers send goes
 * alone, so that bad signatures spoil nobody's batch, one address after the
 * other, and takes a quarter of the time at most while the proven have something.
 */
export class Queues {
  readonly #options: QueuesOptions;
  readonly #proven: Piece[] = [];
  /** By address; the first is next. */
  readonly #strangers = new Map<string, Piece[]>();
  #strangersCount = 0;
  #bytes = 0;
  #running = 0;
  #isTrying = false;
  /** When strangers may be looked at again. */
  #nextTrialMs = -Infinity;

  constructor(options: QueuesOptions) {
    this.#options = options;
  }

  /** What a proven source sends. */
  proven(envelopes: Uint8Array): Promise<SubmitResult> {
    return new Promise((resolve, reject) => {
      this.#proven.push({ envelopes, resolve, reject });
      this.#next();
    });
  }

  /** What somebody else at an address sends. @throws RPC_BUSY */
  stranger(address: string, envelopes: Uint8Array): Promise<SubmitResult> {
    const waiting = this.#strangers.get(address) ?? [];
    if (
      this.#strangersCount >= STRANGERS_MAX ||
      waiting.length >= STRANGERS_OF_ADDRESS_MAX
    ) {
      throw fault(ErrorCode.RPC_BUSY, { strangers: this.#strangersCount });
    }
    return new Promise((resolve, reject) => {
      this.#strangers.set(address, waiting);
      waiting.push({ envelopes, resolve, reject });
      this.#strangersCount++;
      this.#next();
    });
  }

  #next(): void {
    if (this.#isTrying) return;
    if (this.#isStrangersTurn()) {
      // Alone: whatever runs is waited for.
      if (this.#running === 0) this.#try();
      return;
    }
    while (this.#proven.length > 0 && this.#hasRoom()) {
      this.#run(this.#proven.shift()!);
    }
  }

  #isStrangersTurn(): boolean {
    if (this.#strangersCount === 0) return false;
    const isQuiet = this.#running === 0 && this.#proven.length === 0;
    return isQuiet || this.#options.clock.monotonic() >= this.#nextTrialMs;
  }

  #hasRoom(): boolean {
    const next = this.#proven[0]!.envelopes.length;
    return this.#running === 0 || this.#bytes + next <= this.#options.bytesMax;
  }

  async #run({ envelopes, resolve, reject }: Piece): Promise<void> {
    const { length } = envelopes;
    this.#running++;
    this.#bytes += length;
    try {
      resolve(await this.#options.submit(envelopes));
    } catch (thrown) {
      reject(thrown);
    } finally {
      this.#running--;
      this.#bytes -= length;
      this.#next();
    }
  }

  async #try(): Promise<void> {
    const { clock, submit } = this.#options;
    const { envelopes, resolve, reject } = this.#takeStranger();
    const startMs = clock.monotonic();
    this.#isTrying = true;
    try {
      resolve(await submit(envelopes));
    } catch (thrown) {
      reject(thrown);
    } finally {
      const now = clock.monotonic();
      this.#nextTrialMs = now + (now - startMs) * PROVEN_SHARE;
      this.#isTrying = false;
      this.#next();
    }
  }

  /** The first piece of the first address, which goes to the end. */
  #takeStranger(): Piece {
    const [address, pieces] = this.#strangers.entries().next().value!;
    const piece = pieces.shift()!;
    this.#strangers.delete(address);
    if (pieces.length > 0) this.#strangers.set(address, pieces);
    this.#strangersCount--;
    return piece;
  }
}
