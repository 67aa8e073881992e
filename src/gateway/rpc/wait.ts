import { z } from "zod";
import { ErrorCode, fault } from "../../errors/mod.ts";
import { withDeadline } from "../chain/deadline.ts";
import type { NodeView } from "../chain/node_view.ts";
import { method } from "./method.ts";
import * as param from "./params.ts";
import { transactionJson } from "./transaction.ts";

const WAIT_MS_DEFAULT = 30_000;

/** `wait {hash, timeout_ms?}`: the answer of `transaction` as soon as there is one. */
export const wait = method({
  name: "wait",
  params: z.strictObject({
    hash: param.hash,
    timeout_ms: z.number().int().min(1).max(60_000).optional(),
  }),
  call: (view, { hash, timeout_ms }, { signal }) =>
    withDeadline(
      view.clock,
      Math.min(timeout_ms ?? WAIT_MS_DEFAULT, view.limits.waitMsMax),
      signal,
      (signal) => waitFor(view, hash, signal),
    ),
});

/** Resolves when the transaction is final and executed. */
export async function waitFor(
  view: NodeView,
  id: Uint8Array,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const find = () => view.backend.store.transaction(id);
  await view.waits.until(id, async () => await find() !== undefined, signal);
  const position = await find();
  const found = position && await transactionJson(view, position);
  if (!found) throw fault(ErrorCode.RPC_NOT_FOUND, { transaction: id.toHex() });
  return found;
}
