import { ErrorCode, fault } from "../errors/mod.ts";

const BATCH = 100;
/** Requests under way at once. */
const STREAMS = 4;

/** The same JSON-RPC method with many parameters; results in their order. */
export async function callMany<T>(
  rpc: string,
  method: string,
  params: readonly object[],
): Promise<T[]> {
  const results = new Array<T>(params.length);
  let next = 0;
  const stream = async () => {
    while (next < params.length) {
      const from = next;
      next += BATCH;
      const batch = params.slice(from, from + BATCH).map((params, n) => ({
        ...{ jsonrpc: "2.0", id: from + n },
        ...{ method, params },
      }));
      const response = await fetch(rpc, {
        method: "POST",
        body: JSON.stringify(batch),
      });
      for (const { id, result, error } of await response.json()) {
        if (error) throw fault(ErrorCode.RPC_INTERNAL, error.data);
        results[id] = result;
      }
    }
  };
  await Promise.all(Array.from({ length: STREAMS }, stream));
  return results;
}
