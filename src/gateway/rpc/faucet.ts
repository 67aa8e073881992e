import { z } from "zod";
import { ErrorCode, fault } from "../../errors/mod.ts";
import { withDeadline } from "../chain/deadline.ts";
import { method } from "./method.ts";
import * as param from "./params.ts";
import { waitFor } from "./wait.ts";

const FINALITY_MS_MAX = 30_000;

/** `faucet {address, amount?}`: coins of a development chain; answers when they are there. */
export const faucet = method({
  name: "faucet",
  params: z.strictObject({
    address: param.address,
    amount: param.amount.optional(),
  }),
  async call(view, { address, amount }, { signal }) {
    const { faucet } = view;
    if (!faucet) throw fault(ErrorCode.FAUCET_UNAVAILABLE);
    if (faucet.inFlight >= view.limits.faucetInFlightMax) {
      throw fault(ErrorCode.RPC_BUSY, { faucet_payments: faucet.inFlight });
    }
    faucet.inFlight++;
    try {
      const hash = await faucet.pay(view, address, amount);
      const { height, code } = await withDeadline(
        view.clock,
        FINALITY_MS_MAX,
        signal,
        (signal) => waitFor(view, Uint8Array.fromHex(hash), signal),
      );
      if (code !== 0) throw fault(code as number, { transaction: hash });
      return { hash, height };
    } catch (thrown) {
      faucet.forgetNonce();
      throw thrown;
    } finally {
      faucet.inFlight--;
    }
  },
});
