import { z } from "zod";
import type { TransactionBody } from "../../proto/gen/rustorium/v1/transaction_pb.ts";
import { encodeAddress } from "../../client/mod.ts";
import { ErrorCode, fault } from "../../errors/mod.ts";
import { withDeadline } from "../chain/deadline.ts";
import { locate } from "../chain/locate.ts";
import type { NodeView } from "../chain/node_view.ts";
import { proveTransaction } from "../chain/proofs.ts";
import type { TransactionPosition } from "../../storage/types.ts";
import { method } from "./method.ts";
import * as param from "./params.ts";
import { receiptJson } from "./receipt_json.ts";

/** `transaction {hash, prove?}`: a transaction of a final, executed block and its receipt. */
export const transaction = method({
  name: "transaction",
  params: z.strictObject({ hash: param.hash, prove: z.boolean().optional() }),
  async call(view, { hash, prove }, { signal }) {
    const position = await view.backend.store.transaction(hash);
    const found = position && await transactionJson(view, position);
    if (!found) {
      throw fault(ErrorCode.RPC_NOT_FOUND, { transaction: hash.toHex() });
    }
    if (!prove) return found;
    const proof = await withDeadline(
      view.clock,
      view.limits.proofWaitMs,
      signal,
      (signal) => proveTransaction(view, position, signal),
    );
    return { ...found, proof: proof?.toBase64() };
  },
});

/** The answer of `transaction` and `wait`; undefined while the block is not executed. */
export async function transactionJson(
  view: NodeView,
  { height, index }: TransactionPosition,
): Promise<Record<string, unknown> | undefined> {
  const block = await view.reader.block(height);
  const result = await view.reader.result(height);
  if (!block || !result || index >= result.count) return undefined;
  const receipt = result.receipt(index);
  const found = await locate(view, block, receipt.transactionId, index);
  return {
    ...receiptJson(receipt, index),
    height: Number(height),
    block_id: block.blockId.toHex(),
    sender: encodeAddress(found.sender),
    body: bodyJson(found.body),
  };
}

function bodyJson(body: TransactionBody) {
  return {
    lane: body.lane,
    nonce: Number(body.nonce),
    valid_until: Number(body.validUntil),
    gas_limit: body.gasLimit,
    max_fee: body.maxFee,
    tip: body.tip,
    memo: body.memo.toHex(),
    actions: body.actions.flatMap(({ kind }) =>
      kind.case === "transfer"
        ? [{
          type: kind.case,
          to: encodeAddress(kind.value.to),
          amount: kind.value.amount,
        }]
        : []
    ),
  };
}
