import {
  ErrorCode,
  type ErrorDetail,
  fault,
  RustoriumError,
} from "../errors/mod.ts";
import type { PackedError } from "./port_message.ts";

export function packError(thrown: unknown): PackedError {
  if (!(thrown instanceof Error)) {
    return { name: "Error", message: String(thrown) };
  }
  const { code, codeName, detail } = thrown as Error & Partial<PackedError>;
  return {
    name: thrown.name,
    message: thrown.message,
    ...(code !== undefined && { code }),
    ...(codeName !== undefined && { codeName }),
    ...(detail !== undefined && { detail }),
  };
}

export function unpackError({ message, ...rest }: PackedError): Error {
  if (rest.name === "RustoriumError" && typeof rest.code === "number") {
    const detail = rest.detail as ErrorDetail | undefined;
    return new RustoriumError(rest.code, {
      message,
      ...(detail !== undefined && { detail }),
    });
  }
  return Object.assign(new Error(message), rest);
}

export function busyError(limit: number): Error {
  return fault(ErrorCode.RPC_BUSY, { callsInFlight: limit });
}

export function closedError(): Error {
  return fault(
    ErrorCode.SHUTTING_DOWN,
    "the other side of this port is closed",
  );
}
