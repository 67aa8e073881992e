import { ErrorCode, fault } from "../../errors/mod.ts";
import { viewOf } from "./entry.ts";

const CODE_FIELD = 2;
const CHARGED_FIELD = 3;
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/**
 * For each of `count` receipts (u32 length | encoding) whether its transaction
 * was executed: it succeeded or was charged. Looks at those two fields only: an
 * object for each receipt would cost ten times as much.
 */
export function executedFlags(receipts: Uint8Array, count: number): Uint8Array {
  const view = viewOf(receipts);
  const flags = new Uint8Array(count);
  let at = 0;
  try {
    for (let n = 0; n < count; n++) {
      const end = at + 4 + view.getUint32(at, true);
      flags[n] = isExecuted(view, at + 4, end) ? 1 : 0;
      at = end;
    }
  } catch {
    at = -1;
  }
  if (at !== receipts.length) {
    throw fault(
      ErrorCode.STORAGE_CORRUPT,
      "the receipts of a result cannot be read",
    );
  }
  return flags;
}

function isExecuted(view: DataView, start: number, end: number): boolean {
  let at = start;
  let [code, charged] = [0, 0];
  const varint = () => {
    for (let [value, scale] = [0, 1];; scale *= 128) {
      const byte = view.getUint8(at++);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  while (at < end) {
    const tag = varint();
    const [field, type] = [Math.floor(tag / 8), tag % 8];
    if (type === VARINT) {
      const value = varint();
      if (field === CODE_FIELD) code = value;
      if (field === CHARGED_FIELD) charged = value;
    } else if (type === BYTES) {
      const length = varint();
      at += length;
    } else if (type === FIXED64) at += 8;
    else if (type === FIXED32) at += 4;
    else throw new RangeError(`wire type ${type}`);
  }
  return code === 0 || charged !== 0;
}
