import { ErrorCode, fault } from "../../errors/mod.ts";
import { ENVELOPE_BYTES_MAX, ENVELOPE_HEAD_BYTES } from "../limits.ts";

/**
 * Counts concatenated envelopes.
 * @throws TRANSACTION_TOO_LARGE or TRANSACTION_MALFORMED, with the index of the envelope.
 */
export function countEnvelopes(bytes: Uint8Array): number {
  const view = viewOf(bytes);
  let offset = 0;
  let count = 0;
  while (offset < bytes.length) {
    if (offset + ENVELOPE_HEAD_BYTES > bytes.length) {
      throw fault(ErrorCode.TRANSACTION_MALFORMED, {
        index: count,
        offset,
        why: `an envelope has at least ${ENVELOPE_HEAD_BYTES} bytes`,
      });
    }
    const length = ENVELOPE_HEAD_BYTES + view.getUint32(offset + 96, true);
    if (length > ENVELOPE_BYTES_MAX) {
      throw fault(ErrorCode.TRANSACTION_TOO_LARGE, {
        index: count,
        bytes: length,
        max: ENVELOPE_BYTES_MAX,
      });
    }
    if (offset + length > bytes.length) {
      throw fault(ErrorCode.TRANSACTION_MALFORMED, {
        index: count,
        offset,
        why: "its body is cut off",
      });
    }
    offset += length;
    count++;
  }
  return count;
}

/** Where the envelope after the next `count` begins. They have been counted before. */
export function endOf(
  bytes: Uint8Array,
  start: number,
  count: number,
): number {
  const view = viewOf(bytes);
  let at = start;
  for (let passed = 0; passed < count; passed++) {
    at += ENVELOPE_HEAD_BYTES + view.getUint32(at + 96, true);
  }
  return at;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
