import { fromBinary } from "@bufbuild/protobuf";
import { z } from "zod";
import { AccountSchema } from "../../proto/gen/rustorium/v1/state_pb.ts";
import { encodeAddress } from "../../client/mod.ts";
import { withDeadline } from "../chain/deadline.ts";
import { proveAccount } from "../chain/proofs.ts";
import { method } from "./method.ts";
import * as param from "./params.ts";

/** `account {address, prove?}`: balance and nonces after the last executed block; with `prove`, evidence. */
export const account = method({
  name: "account",
  params: z.strictObject({
    address: param.address,
    prove: z.boolean().optional(),
  }),
  async call(view, { address, prove }, { signal }) {
    const proven = prove
      ? await withDeadline(
        view.clock,
        view.limits.proofWaitMs,
        signal,
        (signal) => proveAccount(view, address, signal),
      )
      : undefined;
    const state = proven ?? await view.backend.executor.account(address);
    const found = state.account && fromBinary(AccountSchema, state.account);
    const lanes = found?.lanes ?? [];
    return {
      address: encodeAddress(address),
      exists: found !== undefined,
      height: Number(state.height),
      balance: found?.balance ?? 0n,
      nonce: Number(lanes.find(({ lane }) => lane === 0)?.nonce ?? 0n),
      lanes: lanes.map(({ lane, nonce }) => ({ lane, nonce: Number(nonce) })),
      ...(proven && { proof: proven.proof.toBase64() }),
    };
  },
});
