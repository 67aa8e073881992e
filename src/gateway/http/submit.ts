import { ErrorCode, fault } from "../../errors/mod.ts";
import { transfer } from "../../platform/mod.ts";
import type { NodeView } from "../chain/node_view.ts";
import { withDeadline } from "../chain/deadline.ts";
import { countEnvelopes } from "../chain/envelopes.ts";
import { declaredLength, readBody } from "./body.ts";
import { bytes, retryAfter } from "./reply.ts";

/** POST /submit: concatenated envelopes in; out come all ids, then a u32 code (little endian) for each, and `retry-after` if some are refused for now. */
export class SubmitRoute {
  readonly #view: NodeView;
  #bytesInFlight = 0;

  constructor(view: NodeView) {
    this.#view = view;
  }

  async answer(request: Request, signal: AbortSignal): Promise<Response> {
    const { submitBytesMax, submitBytesInFlightMax } = this.#view.limits;
    // A length that is not declared may turn out to be the longest.
    const reserved = Math.min(
      declaredLength(request) || submitBytesMax,
      submitBytesMax,
    );
    if (this.#bytesInFlight + reserved > submitBytesInFlightMax) {
      throw fault(ErrorCode.RPC_BUSY, {
        submit_bytes_in_flight: this.#bytesInFlight,
      });
    }
    this.#bytesInFlight += reserved;
    try {
      return await this.#submit(request, signal);
    } finally {
      this.#bytesInFlight -= reserved;
    }
  }

  async #submit(request: Request, signal: AbortSignal): Promise<Response> {
    const { limits, clock, backend } = this.#view;
    const body = await withDeadline(
      clock,
      limits.bodyTimeoutMs,
      signal,
      (signal) => readBody(request, limits.submitBytesMax, signal),
    );
    const count = countEnvelopes(body);
    if (count === 0 || count > limits.submitTransactionsMax) {
      throw fault(ErrorCode.RPC_INVALID_REQUEST, {
        transactions: count,
        max: limits.submitTransactionsMax,
      });
    }
    const whole = body.byteLength === body.buffer.byteLength;
    const { ids, codes } = await backend.executor.submit(
      whole ? transfer(body, [body.buffer]) : body,
    );
    return bytes(answerBytes(ids, codes), retryAfter(codes));
  }
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
