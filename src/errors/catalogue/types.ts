import type { ErrorCode } from "../../proto/gen/rustorium/v1/error_pb.ts";

/** What the node says about one error code, in English and Japanese. */
export interface CatalogueEntry {
  /** What is wrong and, in short, what to do. One sentence. */
  sentence: string;
  /** How to get past it. One or two sentences. */
  remedy: string;
  sentenceJa: string;
  remedyJa: string;
  /** After so many milliseconds the same request may succeed; absent where waiting does not help. */
  retryAfterMs?: number;
}

/** The name of an error code without its prefix, e.g. `NONCE_USED`. */
export type ErrorName = Exclude<keyof typeof ErrorCode, "UNSPECIFIED">;

/** A part of the catalogue: the entries of one hundred of codes. */
export type CataloguePart = Partial<Record<ErrorName, CatalogueEntry>>;
