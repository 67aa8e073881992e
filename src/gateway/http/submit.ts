import { ErrorCode, fault } from "../../errors/mod.ts";
import { countEnvelopes } from "../chain/envelopes.ts";
import type { NodeView } from "../chain/node_view.ts";
import type { Source } from "../door/source.ts";
import { declaredLength, readBody } from "./body.ts";
import { bytes, retryAfter } from "./reply.ts";

/**
 * POST /submit: concatenated envelopes in; out come all ids, then a u32 code
 * (little endian) for each, and `retry-after` if some are refused for now.
 * @throws SOURCE_BLOCKED, RPC_BUSY before the body is read.
 */
export async function submit(
  view: NodeView,
  request: Request,
  source: Source,
): Promise<Response> {
  const { door, limits } = view;
  door.check(source);
  // A length that is not declared may turn out to be the longest.
  const reserved = Math.min(
    declaredLength(request) || limits.submitBytesMax,
    limits.submitBytesMax,
  );
  return await door.reserve(reserved, async () => {
    const envelopes = await readBody(request, {
      bytesMax: limits.submitBytesMax,
      timeoutMs: limits.bodyTimeoutMs,
      deadlines: view.deadlines,
    });
    const count = countEnvelopes(envelopes);
    if (count === 0 || count > limits.submitTransactionsMax) {
      throw fault(ErrorCode.RPC_INVALID_REQUEST, {
        transactions: count,
        max: limits.submitTransactionsMax,
      });
    }
    const { ids, codes } = await door.submit({ source, envelopes, count });
    return bytes(answerBytes(ids, codes), retryAfter(codes));
  });
}

function answerBytes(
  ids: Uint8Array,
  codes: Uint32Array,
): Uint8Array<ArrayBuffer> {
  const answer = new Uint8Array(ids.length + codes.length * 4);
  answer.set(ids);
  const view = new DataView(answer.buffer, ids.length);
  codes.forEach((code, index) => view.setUint32(index * 4, code, true));
  return answer;
}
