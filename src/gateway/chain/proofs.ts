import { EXECUTION_LAG } from "../../core/mod.ts";
/** Puts proofs together that a light client believes (proto/rustorium/v1/proof.proto). */
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { BatchHeaderSchema } from "../../proto/gen/rustorium/v1/batch_pb.ts";
import type { CertifiedBlock } from "../../proto/gen/rustorium/v1/block_pb.ts";
import {
  AccountProofSchema,
  ListProofSchema,
  StateProofSchema,
  TransactionProofSchema,
} from "../../proto/gen/rustorium/v1/proof_pb.ts";
import type { AccountStateProof } from "../../execution/types.ts";
import type { TransactionPosition } from "../../storage/types.ts";
import { locate } from "./locate.ts";
import type { NodeView } from "./node_view.ts";

const ID_BYTES = 32;

/** An account with the encoding of its `AccountProof`. Waits for the block that certifies the state, if none does yet. */
export async function proveAccount(
  view: NodeView,
  address: Uint8Array,
  signal: AbortSignal,
): Promise<AccountStateProof> {
  const state = await view.backend.executor.prove(address);
  const certified = await view.heads.until(
    () => blockWithRoot(view, state.stateRoot, state.height),
    signal,
  );
  const proof = create(AccountProofSchema, {
    certified,
    state: fromBinary(StateProofSchema, state.proof),
  });
  return { ...state, proof: toBinary(AccountProofSchema, proof) };
}

/** The latest certified block whose header carries `root`: at most the one that is due to. */
async function blockWithRoot(
  view: NodeView,
  root: Uint8Array,
  executed: bigint,
): Promise<CertifiedBlock | undefined> {
  const tip = view.heads.decided;
  const due = executed + EXECUTION_LAG;
  // While nothing changes the state, headers before the due one carry its root already.
  const least = tip < due ? tip : due;
  for (let height = tip; height >= least && height > 0n; height--) {
    const block = await view.reader.block(height);
    if (block && equal(block.header.stateRoot, root)) return block.certified;
  }
  return undefined;
}

/** Encoding of the `TransactionProof`; without its receipt part when `signal` ends the wait for the block that carries it. */
export async function proveTransaction(
  view: NodeView,
  { height, index }: TransactionPosition,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const block = await view.reader.block(height);
  const result = await view.reader.result(height);
  if (!block || !result) return undefined;
  const id = result.ids.subarray(index * ID_BYTES, (index + 1) * ID_BYTES);
  const { batch, payload, position } = await locate(view, block, id, index);
  const ids = view.core.payloadIds(view.facts.genesisHash, payload);
  const lengths = new Uint32Array(ids.length / ID_BYTES).fill(ID_BYTES);
  const proof = create(TransactionProofSchema, {
    included: block.certified,
    batchHeader: toBinary(BatchHeaderSchema, batch),
    transaction: fromBinary(
      ListProofSchema,
      view.core.listProof(ids, lengths, position),
    ),
  });
  const executed = await view.heads
    .until(() => view.reader.block(height + EXECUTION_LAG), signal)
    .catch(() => undefined);
  if (executed) {
    proof.executed = executed.certified;
    proof.receipt = result.receipt(index);
    proof.receiptPath = fromBinary(
      ListProofSchema,
      view.core.listProof(
        withoutLengths(result.allReceipts, result.receiptLengths),
        result.receiptLengths,
        index,
      ),
    );
  }
  return toBinary(TransactionProofSchema, proof);
}

/** The items of a list of `u32 length | item` records, one after the other. */
function withoutLengths(records: Uint8Array, lengths: Uint32Array): Uint8Array {
  const items = new Uint8Array(records.length - lengths.length * 4);
  let from = 4;
  let to = 0;
  for (const length of lengths) {
    items.set(records.subarray(from, from + length), to);
    from += length + 4;
    to += length;
  }
  return items;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
