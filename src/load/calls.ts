import { ErrorCode, fault } from "../errors/mod.ts";

const BATCH = 100;
/** Requests under way at once. */
const STREAMS = 4;

export interface Calls<T> {
  /** Parameters of call `n`. */
  paramsOf: (n: number) => object;
  count: number;
  /** Results come in any order. */
  onResult: (n: number, result: T) => void;
}

/** The same JSON-RPC method many times, many calls in one request. */
export async function callMany<T>(
  rpc: string,
  method: string,
  { paramsOf, count, onResult }: Calls<T>,
): Promise<void> {
  let next = 0;
  const stream = async () => {
    while (next < count) {
      const from = next;
      next = Math.min(next + BATCH, count);
      const batch = Array.from({ length: next - from }, (_, n) => ({
        ...{ jsonrpc: "2.0", id: from + n },
        ...{ method, params: paramsOf(from + n) },
      }));
      const response = await fetch(rpc, {
        method: "POST",
        body: JSON.stringify(batch),
      });
      for (const { id, result, error } of await response.json()) {
        if (error) throw fault(ErrorCode.RPC_INTERNAL, error);
        onResult(id, result);
      }
    }
  };
  await Promise.all(Array.from({ length: STREAMS }, stream));
}
