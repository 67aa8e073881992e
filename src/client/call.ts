import { ErrorCode } from "../proto/gen/rustorium/v1/error_pb.ts";
import {
  type ErrorDetail,
  fault,
  findError,
  RustoriumError,
} from "../errors/mod.ts";

/** How a client reaches its node. */
export interface Transport {
  /** Of the node's API, e.g. `http://127.0.0.1:26657`. */
  url: URL;
  fetch: typeof fetch;
  timeoutMs: number;
}

/**
 * One JSON-RPC 2.0 call over HTTP.
 * @throws the code that the node answers with, or RPC_UNREACHABLE, or RPC_TIMEOUT, or the signal's reason.
 */
export async function call(
  transport: Transport,
  method: string,
  params: Record<string, unknown>,
  options: { signal?: AbortSignal; timeoutMs?: number } = {},
): Promise<unknown> {
  const response = await request(transport, "/", {
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  }, options);
  const reply = await response.json().catch(() => undefined);
  if (reply?.error) throw errorOf(reply.error);
  if (reply === undefined || !("result" in reply)) {
    throw fault(
      ErrorCode.RPC_UNREACHABLE,
      `HTTP ${response.status} without a JSON-RPC answer from ${transport.url}`,
    );
  }
  return reply.result;
}

/** POST, with the failures of a network turned into codes. */
export async function request(
  { url, fetch, timeoutMs }: Transport,
  path: string,
  init: { headers: HeadersInit; body: BodyInit },
  options: { signal?: AbortSignal; timeoutMs?: number } = {},
): Promise<Response> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? timeoutMs);
  const signal = options.signal
    ? AbortSignal.any([options.signal, timeout])
    : timeout;
  try {
    return await fetch(new URL(path, url), { method: "POST", ...init, signal });
  } catch (cause) {
    options.signal?.throwIfAborted();
    const code = timeout.aborted
      ? ErrorCode.RPC_TIMEOUT
      : ErrorCode.RPC_UNREACHABLE;
    throw new RustoriumError(code, { detail: String(url), cause });
  }
}

/** The error object of a JSON-RPC answer: applications' codes are ours, the protocol's own come with our name. */
export function errorOf(
  error: {
    code: number;
    message?: string;
    data?: { name?: string; detail?: ErrorDetail; retry_after_ms?: number };
  },
): RustoriumError {
  const known = findError(error.data?.name ?? error.code);
  return new RustoriumError(known?.code ?? error.code, {
    detail: error.data?.detail,
    message: error.message,
    retryAfterMs: error.data?.retry_after_ms,
  });
}
