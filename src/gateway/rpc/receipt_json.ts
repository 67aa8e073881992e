import type { Receipt } from "../../proto/gen/rustorium/v1/receipt_pb.ts";
import { describe } from "../../errors/mod.ts";

/** What became of a transaction, in the form that `transaction`, `wait` and the receipts topic share. */
export function receiptJson(receipt: Receipt, index: number) {
  return {
    hash: receipt.transactionId.toHex(),
    index,
    code: receipt.code,
    code_name: receipt.code === 0 ? "OK" : describe(receipt.code).name,
    charged: receipt.code === 0 || receipt.charged,
    gas_used: receipt.gasUsed,
    fee: receipt.fee,
  };
}
