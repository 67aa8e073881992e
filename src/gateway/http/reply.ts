import { ErrorCode } from "../../errors/mod.ts";
import { toRustoriumError } from "../../errors/mod.ts";
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
};

/** A JSON answer from its text. */
export function json(text: string, status = 200): Response {
  return new Response(text, {
    status,
    headers: { ...SAFE_HEADERS, "content-type": "application/json" },
  });
}

export function bytes(body: Uint8Array<ArrayBuffer>): Response {
  return new Response(body, {
    headers: { ...SAFE_HEADERS, "content-type": "application/octet-stream" },
  });
}

export function empty(status: number, headers: HeadersInit = {}): Response {
  return new Response(null, { status, headers });
}

/** A JSON-RPC error object without an id, with the HTTP status that fits the code. */
export function failure(thrown: unknown, status?: number): Response {
  const { code } = toRustoriumError(thrown, ErrorCode.RPC_INTERNAL);
  const response = json(errorText(null, thrown), status ?? STATUS[code] ?? 400);
  if (response.status === 503) response.headers.set("retry-after", "1");
  return response;
}
