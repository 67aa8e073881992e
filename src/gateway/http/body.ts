import { join } from "../../bytes/mod.ts";
import { ErrorCode, fault } from "../../errors/mod.ts";
import type { Deadlines } from "../chain/deadlines.ts";

export interface BodyLimits {
  bytesMax: number;
  /** How long the bytes may take to arrive. */
  timeoutMs: number;
  deadlines: Deadlines;
}

/**
 * The bytes of a request.
 * @throws RPC_BODY_TOO_LARGE without reading the rest, RPC_TIMEOUT
 */
export async function readBody(
  request: Request,
  { bytesMax, timeoutMs, deadlines }: BodyLimits,
): Promise<Uint8Array<ArrayBuffer>> {
  const declared = declaredLength(request);
  if (declared > bytesMax) {
    await request.body?.cancel();
    throw tooLarge(bytesMax);
  }
  // No more comes than was declared: the platform reads it in one go.
  if (declared > 0) return await deadlines.within(timeoutMs, request.bytes());
  const reader = request.body?.getReader();
  if (!reader) return new Uint8Array();
  const cancel = () => void reader.cancel().catch(() => {});
  return await deadlines.within(timeoutMs, readAll(reader, bytesMax), cancel);
}

async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  bytesMax: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  while (true) {
    const { done, value } = await reader.read();
    if (done) return join(chunks);
    length += value.length;
    if (length > bytesMax) {
      reader.cancel().catch(() => {});
      throw tooLarge(bytesMax);
    }
    chunks.push(value);
  }
}

/** What the request says that it will send; 0 when it does not say. */
export function declaredLength(request: Request): number {
  const length = Number(request.headers.get("content-length") ?? 0);
  return Number.isFinite(length) ? length : 0;
}

function tooLarge(max: number): Error {
  return fault(ErrorCode.RPC_BODY_TOO_LARGE, { max });
}
