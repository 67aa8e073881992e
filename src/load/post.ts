import { ErrorCode, fault } from "../errors/mod.ts";

const HASH_BYTES = 32;
const BUSY_STATUS = 503;

/** What a node says to a chunk: an id and a code for each envelope, or, while it is busy, when to come back. */
export type Answer =
  | { ids: Uint8Array; codes: Uint32Array }
  | { retryAfterMs: number };

const RETRY_MS = 20;

/** Submits concatenated envelopes to POST /submit. */
export async function postChunk(
  rpc: string,
  envelopes: Uint8Array<ArrayBuffer>,
): Promise<Answer> {
  const url = new URL("/submit", rpc);
  const headers = { "content-type": "application/octet-stream" };
  const request = { method: "POST", headers, body: envelopes };
  const response = await fetch(url, request).catch((cause) => {
    const why = String(cause?.cause ?? cause);
    throw fault(ErrorCode.RPC_UNREACHABLE, { url: String(url), why });
  });
  if (response.status === BUSY_STATUS) {
    const { error } = await response.json();
    return { retryAfterMs: error?.data?.retry_after_ms ?? RETRY_MS };
  }
  if (!response.ok) {
    throw fault(ErrorCode.RPC_INTERNAL, await response.text());
  }
  return readAnswer(new Uint8Array(await response.arrayBuffer()));
}

function readAnswer(answer: Uint8Array<ArrayBuffer>): Answer {
  const count = answer.length / (HASH_BYTES + 4);
  const view = new DataView(answer.buffer, count * HASH_BYTES);
  const codes = new Uint32Array(count);
  for (let at = 0; at < count; at++) codes[at] = view.getUint32(at * 4, true);
  return { ids: answer.subarray(0, count * HASH_BYTES), codes };
}

const HEAD_BYTES = 100;

/** The envelopes whose place is in `places`, in order. */
export function pickEnvelopes(
  envelopes: Uint8Array<ArrayBuffer>,
  places: ReadonlySet<number>,
): Uint8Array<ArrayBuffer> {
  const view = new DataView(envelopes.buffer, envelopes.byteOffset);
  const picked: number[] = [];
  let place = 0;
  for (let at = 0; at < envelopes.length; place++) {
    const end = at + HEAD_BYTES + view.getUint32(at + HEAD_BYTES - 4, true);
    if (places.has(place)) picked.push(...envelopes.subarray(at, end));
    at = end;
  }
  return Uint8Array.from(picked);
}
