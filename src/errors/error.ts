import type { ErrorCode } from "../proto/gen/rustorium/v1/error_pb.ts";
import { describe, findError } from "./describe.ts";

/** The evidence of an error: what was found, for a reader or a program. */
export type ErrorDetail = Record<string, unknown> | string;

/** What an error may carry besides its code. */
export interface RustoriumErrorOptions {
  /** The evidence. */
  detail?: ErrorDetail;
  /** Says more exactly than the catalogue what is wrong. One sentence. */
  message?: string;
  /** When the same request may succeed, where that is known better than the catalogue does. */
  retryAfterMs?: number;
  /** What was thrown before. */
  cause?: unknown;
}

/**
 * Everything that goes wrong in a way that the outside may see.
 *
 * `code` is stable (`rustorium.v1.ErrorCode`), `message` one sentence, `detail` the evidence.
 */
export class RustoriumError extends Error {
  override readonly name = "RustoriumError";
  readonly code: number;
  /** The code's name, e.g. `NONCE_USED`. */
  readonly codeName: string;
  readonly detail?: ErrorDetail;
  /** After so many milliseconds the same request may succeed; absent where waiting does not help. */
  readonly retryAfterMs?: number;

  constructor(code: ErrorCode | number, options: RustoriumErrorOptions = {}) {
    const description = describe(code);
    super(
      options.message ?? description.sentence,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = description.code;
    this.codeName = description.name;
    const retryAfterMs = options.retryAfterMs ?? description.retryAfterMs;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
    if (options.detail !== undefined) this.detail = options.detail;
  }
}

/**
 * An error of `code` with the catalogue's sentence.
 *
 * ```ts
 * import { ErrorCode, fault } from "./mod.ts";
 * const error = fault(ErrorCode.NONCE_USED, { lane: 0, nonce: 3n, next: 4n });
 * ```
 */
export function fault(
  code: ErrorCode | number,
  detail?: ErrorDetail,
): RustoriumError {
  return new RustoriumError(code, { detail });
}

/** Whether that is what was thrown. */
export function isFault(
  thrown: unknown,
  code: ErrorCode | number,
): thrown is RustoriumError {
  return thrown instanceof RustoriumError && thrown.code === code;
}

/**
 * Whatever was thrown, as a `RustoriumError`. An error that crossed a worker or came out of the
 * core has lost its class but kept its numeric `code`; anything else becomes `fallback`.
 */
export function toRustoriumError(
  thrown: unknown,
  fallback: ErrorCode | number,
): RustoriumError {
  if (thrown instanceof RustoriumError) return thrown;
  const { code, message, detail } = (thrown ?? {}) as Record<string, unknown>;
  if (typeof code === "number" && findError(code)) {
    return new RustoriumError(code, {
      cause: thrown,
      detail: detail as ErrorDetail | undefined,
      message: isSentence(message) ? message : undefined,
    });
  }
  return new RustoriumError(fallback, {
    cause: thrown,
    detail: thrown instanceof Error ? thrown.message : String(thrown),
  });
}

function isSentence(message: unknown): message is string {
  return typeof message === "string" && /[.?]$/.test(message);
}
