import { ErrorCode, fault, toRustoriumError } from "../../errors/mod.ts";
import type { Clock, Log } from "../../platform/types.ts";
import { transfer } from "../../platform/mod.ts";
import type { SubmitResult } from "../../execution/types.ts";
import { endOf } from "../chain/envelopes.ts";
import type { GatewayLimits } from "../limits.ts";
import type { GatewayBackend } from "../types.ts";
import { Backlog } from "./backlog.ts";
import { Queues } from "./queues.ts";
import type { Source } from "./source.ts";
import { Sources } from "./sources.ts";

const ID_BYTES = 32;
const BAD: ReadonlySet<number> = new Set([
  ErrorCode.SIGNATURE_INVALID,
  ErrorCode.KEY_MALFORMED,
]);

export interface DoorOptions {
  executor: Pick<GatewayBackend["executor"], "submit">;
  clock: Clock;
  log: Log;
  limits: Pick<
    GatewayLimits,
    | "submitBytesInFlightMax"
    | "submitBytesRunningMax"
    | "backlogMsMax"
    | "backlogBurst"
  >;
}

/** Envelopes that a source sends. */
export interface Submission {
  source: Source;
  /** Concatenated; whoever submits has no use for them afterwards. */
  envelopes: Uint8Array<ArrayBuffer>;
  count: number;
}

/** The one way for transactions into the node, whatever they came over. */
export class Door {
  readonly backlog: Backlog;
  readonly #sources: Sources;
  readonly #queues: Queues;
  readonly #bytesMax: number;
  #bytes = 0;

  constructor({ executor, clock, log, limits }: DoorOptions) {
    this.backlog = new Backlog({
      clock,
      waitMsMax: limits.backlogMsMax,
      burst: limits.backlogBurst,
    });
    this.#sources = new Sources({ clock, log });
    this.#queues = new Queues({
      clock,
      submit: (envelopes) => executor.submit(envelopes),
      bytesMax: limits.submitBytesRunningMax,
    });
    this.#bytesMax = limits.submitBytesInFlightMax;
  }

  /** Before anything is read of it, it is not known of how many transactions. @throws SOURCE_BLOCKED, RPC_BUSY */
  check(source: Source, transactions = 0): void {
    this.#sources.check(source);
    this.backlog.check(transactions);
  }

  /**
   * Runs `work` with room for so many bytes, which what it reads and submits
   * takes. @throws RPC_BUSY where there is none.
   */
  async reserve<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    if (this.#bytes + bytes > this.#bytesMax) {
      throw fault(ErrorCode.RPC_BUSY, { submit_bytes_in_flight: this.#bytes });
    }
    this.#bytes += bytes;
    try {
      return await work();
    } finally {
      this.#bytes -= bytes;
    }
  }

  /**
   * Admits each envelope or says why not. What stands behind too many bad
   * signatures is not looked at: SOURCE_BLOCKED, without an id.
   * @throws SOURCE_BLOCKED, RPC_BUSY where none is looked at.
   */
  async submit(submission: Submission): Promise<SubmitResult> {
    const { source, envelopes, count } = submission;
    this.check(source, count);
    this.backlog.enter(count);
    let admitted = 0;
    try {
      const result = this.#isOnePiece(submission)
        ? await this.#whole(source, envelopes)
        : await this.#inPieces(submission);
      admitted = countOf(result.codes, 0);
      return result;
    } finally {
      this.backlog.settle(count, admitted);
    }
  }

  #isOnePiece({ source, count }: Submission): boolean {
    return this.#sources.isProven(source) ||
      count <= this.#sources.trial(source);
  }

  async #whole(
    source: Source,
    envelopes: Uint8Array<ArrayBuffer>,
  ): Promise<SubmitResult> {
    const result = await this.#piece(source, envelopes);
    this.#book(source, result.codes);
    return result;
  }

  /** One piece after the other, larger and larger, until too many are bad. */
  async #inPieces(
    { source, envelopes, count }: Submission,
  ): Promise<SubmitResult> {
    const ids = new Uint8Array(count * ID_BYTES);
    const codes = new Uint32Array(count).fill(ErrorCode.SOURCE_BLOCKED);
    let done = 0;
    for (let at = 0; done < count;) {
      const size = this.#sources.isProven(source)
        ? count - done
        : Math.min(this.#sources.trial(source), count - done);
      const end = endOf(envelopes, at, size);
      try {
        const result = await this.#piece(source, envelopes.slice(at, end));
        ids.set(result.ids, done * ID_BYTES);
        codes.set(result.codes, done);
        if (!this.#book(source, result.codes)) break;
      } catch (thrown) {
        if (done === 0) throw thrown;
        // What was admitted before is to be told all the same.
        codes.fill(toRustoriumError(thrown, ErrorCode.RPC_INTERNAL).code, done);
        break;
      }
      [at, done] = [end, done + size];
    }
    return { ids, codes };
  }

  #piece(
    source: Source,
    envelopes: Uint8Array<ArrayBuffer>,
  ): Promise<SubmitResult> {
    const isWhole = envelopes.byteLength === envelopes.buffer.byteLength;
    const moved = isWhole ? transfer(envelopes, [envelopes.buffer]) : envelopes;
    return this.#sources.isProven(source)
      ? this.#queues.proven(moved)
      : this.#queues.stranger(source.address, moved);
  }

  /** Whether the source may go on. */
  #book(source: Source, codes: Uint32Array): boolean {
    let [good, bad] = [0, 0];
    for (const code of codes) {
      if (code === 0) good++;
      else if (BAD.has(code)) bad++;
    }
    return this.#sources.book(source, { good, bad });
  }
}

function countOf(codes: Uint32Array, wanted: number): number {
  let count = 0;
  for (const code of codes) if (code === wanted) count++;
  return count;
}
