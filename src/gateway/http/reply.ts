import { allErrors, ErrorCode, toRustoriumError } from "../../errors/mod.ts";
import { errorText } from "../rpc/dispatch.ts";

const SAFE_HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
};

const STATUS: Record<number, number> = {
  [ErrorCode.RPC_BODY_TOO_LARGE]: 413,
  [ErrorCode.RPC_BUSY]: 503,
  [ErrorCode.RPC_INTERNAL]: 500,
  [ErrorCode.RPC_NOT_FOUND]: 404,
  [ErrorCode.RPC_TIMEOUT]: 408,
  [ErrorCode.SHUTTING_DOWN]: 503,
  [ErrorCode.SOURCE_BLOCKED]: 429,
};

/** Refusals that pass, and when. */
const RETRY_AFTER_MS: ReadonlyMap<number, number> = new Map(
  allErrors().flatMap(({ code, retryAfterMs }) =>
    retryAfterMs === undefined ? [] : [[code, retryAfterMs]]
  ),
);

/** The header `retry-after`, in seconds, if waiting helps against any of the codes. */
export function retryAfter(codes: Iterable<number>): HeadersInit {
  let longest = 0;
  for (const code of codes) {
    if (code === 0) continue;
    longest = Math.max(longest, RETRY_AFTER_MS.get(code) ?? 0);
  }
  return longest > 0 ? retryAfterSeconds(longest) : {};
}

function retryAfterSeconds(ms: number): Record<string, string> {
  return { "retry-after": `${Math.ceil(ms / 1_000)}` };
}

/** A JSON answer from its text. */
export function json(
  text: string,
  status = 200,
  headers: HeadersInit = {},
): Response {
  return new Response(text, {
    status,
    headers: {
      ...{ ...SAFE_HEADERS, "content-type": "application/json" },
      ...headers,
    },
  });
}

export function bytes(
  body: Uint8Array<ArrayBuffer>,
  headers: HeadersInit = {},
): Response {
  return new Response(body, {
    headers: {
      ...{ ...SAFE_HEADERS, "content-type": "application/octet-stream" },
      ...headers,
    },
  });
}

export function empty(status: number, headers: HeadersInit = {}): Response {
  return new Response(null, { status, headers });
}

/** A JSON-RPC error object without an id, with the HTTP status that fits the code. */
export function failure(thrown: unknown, status?: number): Response {
  const { code, retryAfterMs } = toRustoriumError(
    thrown,
    ErrorCode.RPC_INTERNAL,
  );
  return json(errorText(null, thrown), status ?? STATUS[code] ?? 400, {
    ...(retryAfterMs !== undefined && retryAfterSeconds(retryAfterMs)),
    // Whoever goes on must connect anew, which costs more than to refuse it.
    ...(code === ErrorCode.SOURCE_BLOCKED && { connection: "close" }),
  });
}
