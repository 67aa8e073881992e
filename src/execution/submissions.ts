import type { core } from "../core/mod.ts";
import { ErrorCode } from "../errors/mod.ts";
import { join } from "../bytes/mod.ts";
import { readU32 } from "./bytes.ts";
import type { Shard } from "./shard.ts";
import type { SubmitResult } from "./types.ts";

/** Of an envelope, as `core-wasm/src/transaction.rs` has it. */
const LENGTH_AT = 96;
const HEADER_BYTES = 100;
const ENVELOPE_BYTES_MAX = 16 * 1024;
/** Envelopes that a shard is given at once: enough for a good price of their signatures, few enough that a block need not wait long. */
const SHARD_ENVELOPES_MAX = 2_048;
const HASH = 32;
const ANSWER = HASH + 4;

interface Piece {
  envelopes: Uint8Array;
  count: number;
  done: (result: SubmitResult) => void;
  failed: (reason: unknown) => void;
}

export interface SubmissionsOptions {
  shards: readonly Shard[];
  coordinator: core.Coordinator;
  /** Lets a piece of work at the shards, between blocks. */
  enter: <T>(task: () => Promise<T>) => Promise<T>;
  /** Lets what has come meanwhile go first. */
  yield?: () => Promise<void>;
}

/**
 * Submissions on their way to the mempools: what comes while others are being
 * admitted goes together, and a large one goes piece by piece, so that nothing
 * else waits for all of it.
 */
export class Submissions {
  readonly #options: SubmissionsOptions;
  readonly #waiting: Piece[] = [];
  readonly #countMax: number;
  #running = false;

  constructor(options: SubmissionsOptions) {
    this.#options = options;
    this.#countMax = SHARD_ENVELOPES_MAX * options.shards.length;
  }

  async submit(envelopes: Uint8Array): Promise<SubmitResult> {
    const pieces = cut(envelopes, this.#countMax);
    const results = pieces.map(({ envelopes, count }) =>
      new Promise<SubmitResult>((done, failed) =>
        this.#waiting.push({ envelopes, count, done, failed })
      )
    );
    this.#run();
    return joined(await Promise.all(results));
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    while (this.#waiting.length > 0) {
      const pieces = this.#next();
      await this.#admit(pieces);
      await this.#options.yield?.();
    }
    this.#running = false;
  }

  /** As many as go together. */
  #next(): Piece[] {
    let count = 0;
    const end = this.#waiting.findIndex((piece, at) =>
      (count += piece.count) > this.#countMax && at > 0
    );
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
  }

  async #admit(pieces: readonly Piece[]): Promise<void> {
    try {
      const results = await this.#send(pieces);
      for (const [at, piece] of pieces.entries()) {
        const result = results[at]!;
        const isBusy = pieces.length > 1 &&
          result.codes.includes(ErrorCode.RPC_BUSY);
        piece.done(isBusy ? await this.#again(piece, result) : result);
      }
    } catch (thrown) {
      // Those that have their answer already do not hear of it.
      for (const { failed } of pieces) failed(thrown);
    }
  }

  /** Bad signatures of one are not to be paid by the others: what was not looked at is, by itself. */
  async #again(piece: Piece, before: SubmitResult): Promise<SubmitResult> {
    const [alone] = await this.#send([piece]);
    const codes = before.codes.map((code, at) =>
      code === ErrorCode.RPC_BUSY ? alone!.codes[at]! : code
    );
    return { ids: before.ids, codes };
  }

  #send(pieces: readonly Piece[]): Promise<SubmitResult[]> {
    const { shards, coordinator, enter } = this.#options;
    return enter(async () => {
      const [owners, ...parts] = coordinator.sort(
        pieces.map(({ envelopes }) => envelopes),
      );
      const answers = await Promise.all(
        shards.map((shard, at) =>
          parts[at]!.length > 0 ? shard.submit(parts[at]!) : new Uint8Array()
        ),
      );
      return coordinator.merge(owners!, answers).map(readAnswers);
    });
  }
}

/** `ids (32 each) | codes (u32 each)`. */
function readAnswers(answers: Uint8Array): SubmitResult {
  const ids = answers.length / ANSWER * HASH;
  return {
    ids: answers.slice(0, ids),
    codes: new Uint32Array(answers.slice(ids).buffer),
  };
}

function joined(results: readonly SubmitResult[]): SubmitResult {
  if (results.length === 1) return results[0]!;
  const codes = join(
    results.map(({ codes }) => new Uint8Array(codes.buffer)),
  );
  return {
    ids: join(results.map(({ ids }) => ids)),
    codes: new Uint32Array(codes.buffer),
  };
}

/** Concatenated envelopes in pieces of at most so many. What cannot be told apart stays together. */
export function cut(
  envelopes: Uint8Array,
  countMax: number,
): Pick<Piece, "envelopes" | "count">[] {
  const pieces = [];
  let [start, at, count] = [0, 0, 0];
  while (at < envelopes.length) {
    at = endOf(envelopes, at);
    count++;
    if (count < countMax && at < envelopes.length) continue;
    pieces.push({ envelopes: envelopes.subarray(start, at), count });
    [start, count] = [at, 0];
  }
  return pieces;
}

function endOf(envelopes: Uint8Array, start: number): number {
  if (start + HEADER_BYTES > envelopes.length) return envelopes.length;
  const bytes = HEADER_BYTES + readU32(envelopes, start + LENGTH_AT);
  const isReadable = bytes <= ENVELOPE_BYTES_MAX &&
    start + bytes <= envelopes.length;
  return isReadable ? start + bytes : envelopes.length;
}
