import { ErrorCode, RustoriumError, toRustoriumError } from "../errors/mod.ts";

/** The error object of JSON-RPC 2.0. */
export interface RpcError {
  code: number;
  message: string;
  data: {
    name: string;
    code: number;
    detail?: unknown;
    /** When the same request may succeed. */
    retry_after_ms?: number;
  };
}

/** Codes that the protocol itself has numbers for. */
const PROTOCOL_CODES: Record<number, number> = {
  [ErrorCode.RPC_PARSE]: -32700,
  [ErrorCode.RPC_INVALID_REQUEST]: -32600,
  [ErrorCode.RPC_UNKNOWN_METHOD]: -32601,
  [ErrorCode.RPC_INVALID_PARAMS]: -32602,
  [ErrorCode.RPC_INTERNAL]: -32603,
};

/** Whatever was thrown, as the outside may see it. What no code stands for is told without its evidence. */
export function toRpcError(thrown: unknown): RpcError {
  const error = toRustoriumError(thrown, ErrorCode.RPC_INTERNAL);
  const hidden = error.code === ErrorCode.RPC_INTERNAL;
  return {
    code: PROTOCOL_CODES[error.code] ?? error.code,
    message: error.message,
    data: {
      name: error.codeName,
      code: error.code,
      ...(error.detail !== undefined && !hidden && { detail: error.detail }),
      ...(error.retryAfterMs !== undefined && {
        retry_after_ms: error.retryAfterMs,
      }),
    },
  };
}

/** Whether the fault is the node's own and belongs in its log. */
export function isOwnFault(thrown: unknown): boolean {
  return !(thrown instanceof RustoriumError) &&
    toRustoriumError(thrown, ErrorCode.RPC_INTERNAL).code ===
      ErrorCode.RPC_INTERNAL;
}

/** JSON text in which `bigint` becomes a decimal string. */
export function toJson(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, item) => typeof item === "bigint" ? String(item) : item,
  );
}
