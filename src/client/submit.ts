import { ErrorCode } from "../proto/gen/rustorium/v1/error_pb.ts";
import { fault } from "../errors/mod.ts";
import { errorOf, request, type Transport } from "./call.ts";
import { toHash } from "./hash.ts";
import type { CallOptions, Submitted } from "./types.ts";

const ID_BYTES = 32;
const ANSWER_BYTES = ID_BYTES + 4;

/** POST /submit: concatenated envelopes; the answer is all ids, then a u32 code (little endian) for each. */
export async function submitMany(
  transport: Transport,
  envelopes: readonly Uint8Array[],
  options?: CallOptions,
): Promise<Submitted[]> {
  if (envelopes.length === 0) return [];
  const response = await request(transport, "/submit", {
    headers: { "content-type": "application/octet-stream" },
    body: new Blob(envelopes as Uint8Array<ArrayBuffer>[]),
  }, options);
  if (!response.ok) {
    const reply = await response.json().catch(() => undefined);
    throw reply?.error ? errorOf(reply.error) : fault(
      ErrorCode.RPC_UNREACHABLE,
      `HTTP ${response.status} from ${transport.url}`,
    );
  }
  const answer = new Uint8Array(await response.arrayBuffer());
  if (answer.length !== envelopes.length * ANSWER_BYTES) {
    throw fault(
      ErrorCode.RPC_UNREACHABLE,
      `${answer.length} bytes answer ${envelopes.length} transactions`,
    );
  }
  const codes = new DataView(answer.buffer, envelopes.length * ID_BYTES);
  return envelopes.map((_, index) => ({
    hash: toHash(answer.subarray(index * ID_BYTES, (index + 1) * ID_BYTES)),
    code: codes.getUint32(index * 4, true),
  }));
}
