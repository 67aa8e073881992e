/** Little-endian tables as the core's shards and coordinator read and write them. */

/** The parts of a table, each with its length (u32) in front, as views into it. */
export function* splitSized(table: Uint8Array): Generator<Uint8Array> {
  let at = 0;
  while (at < table.length) {
    const end = at + 4 + readU32(table, at);
    yield table.subarray(at + 4, end);
    at = end;
  }
}

export function readU32(bytes: Uint8Array, at: number): number {
  return viewOf(bytes).getUint32(at, true);
}

export function readU64(bytes: Uint8Array, at: number): bigint {
  return viewOf(bytes).getBigUint64(at, true);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
