import { z } from "zod";
import { ErrorCode, fault } from "../../errors/mod.ts";
import { countEnvelopes } from "../chain/envelopes.ts";
import { method } from "./method.ts";
import * as param from "./params.ts";

/** `submit {transaction}`: one envelope to the mempool; it is admitted when this answers. */
export const submit = method({
  name: "submit",
  params: z.strictObject({ transaction: param.envelope }),
  async call({ door }, { transaction }, { source }) {
    const count = countEnvelopes(transaction);
    if (count !== 1) {
      throw fault(ErrorCode.TRANSACTION_MALFORMED, {
        transactions: count,
        why: "send exactly one",
      });
    }
    const { ids, codes } = await door.reserve(
      transaction.length,
      () => door.submit({ source, envelopes: transaction, count }),
    );
    const hash = ids.toHex();
    const code = codes[0] ?? ErrorCode.RPC_INTERNAL;
    if (code !== 0) throw fault(code, { transaction: hash });
    return { hash };
  },
});
