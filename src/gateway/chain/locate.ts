import { fromBinary } from "@bufbuild/protobuf";
import type { BatchHeader } from "../../proto/gen/rustorium/v1/batch_pb.ts";
import {
  type TransactionBody,
  TransactionBodySchema,
} from "../../proto/gen/rustorium/v1/transaction_pb.ts";
import { ErrorCode, fault } from "../../errors/mod.ts";
import { ENVELOPE_HEAD_BYTES } from "../limits.ts";
import type { NodeView } from "./node_view.ts";
import type { BlockView } from "./reader.ts";

/** A transaction as its sender made it, in the batch that carried it. */
export interface Located {
  sender: Uint8Array;
  body: TransactionBody;
  batch: BatchHeader;
  payload: Uint8Array;
  /** Its place in the batch. */
  position: number;
}

const ID_BYTES = 32;

/**
 * Finds a transaction of a block. `index` is where to look first: what one sender
 * sent is executed in the order of nonces, whatever batch carried it, so it may
 * lie elsewhere in the block.
 */
export async function locate(
  { reader, core, facts }: Pick<NodeView, "reader" | "core" | "facts">,
  block: BlockView,
  id: Uint8Array,
  index: number,
): Promise<Located> {
  const wanted = id.toHex();
  let first = 0;
  const elsewhere: { header: BatchHeader; payload: Uint8Array }[] = [];
  for (const digest of block.certified.block?.batches ?? []) {
    const { header, payload } = await reader.batch(digest);
    const end = first + header.transactionCount;
    if (index >= first && index < end) {
      const position = index - first;
      const found = read(core.payloadEnvelope(payload, position));
      if (idOf(found) === wanted) {
        return { ...found, batch: header, payload, position };
      }
    }
    elsewhere.push({ header, payload });
    first = end;
  }
  for (const { header, payload } of elsewhere) {
    const ids = core.payloadIds(facts.genesisHash, payload);
    const position = indexOf(ids, wanted);
    if (position < 0) continue;
    const found = read(core.payloadEnvelope(payload, position));
    return { ...found, batch: header, payload, position };
  }
  throw fault(ErrorCode.STORAGE_CORRUPT, { transaction: wanted, index });

  function idOf({ sender, bytes }: { sender: Uint8Array; bytes: Uint8Array }) {
    return core.transactionId(facts.genesisHash, sender, bytes).toHex();
  }
}

function read(envelope: Uint8Array | undefined) {
  if (!envelope) throw fault(ErrorCode.STORAGE_CORRUPT);
  const bytes = envelope.subarray(ENVELOPE_HEAD_BYTES);
  return {
    sender: envelope.subarray(0, 32),
    bytes,
    body: fromBinary(TransactionBodySchema, bytes),
  };
}

function indexOf(ids: Uint8Array, wanted: string): number {
  for (let at = 0; at < ids.length; at += ID_BYTES) {
    if (ids.subarray(at, at + ID_BYTES).toHex() === wanted) {
      return at / ID_BYTES;
    }
  }
  return -1;
}
