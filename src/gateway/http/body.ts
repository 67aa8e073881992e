import { join } from "../../bytes/mod.ts";
import { ErrorCode, fault } from "../../errors/mod.ts";

/**
 * The bytes of a request.
 * @throws RPC_BODY_TOO_LARGE beyond `bytesMax`, without reading the rest, or the signal's reason.
 */
export async function readBody(
  request: Request,
  bytesMax: number,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  if (declaredLength(request) > bytesMax) {
    await request.body?.cancel();
    throw tooLarge(bytesMax);
  }
  const reader = request.body?.getReader();
  if (!reader) return new Uint8Array();
  const abort = () => void reader.cancel(signal.reason).catch(() => {});
  signal.addEventListener("abort", abort, { once: true });
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) break;
      length += value.length;
      if (length > bytesMax) {
        abort();
        throw tooLarge(bytesMax);
      }
      chunks.push(value);
    }
  } finally {
    signal.removeEventListener("abort", abort);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : join(chunks);
}

/** What the request says that it will send; 0 when it does not say. */
export function declaredLength(request: Request): number {
  const length = Number(request.headers.get("content-length") ?? 0);
  return Number.isFinite(length) ? length : 0;
}

function tooLarge(max: number): Error {
  return fault(ErrorCode.RPC_BODY_TOO_LARGE, { max });
}
