import { z } from "zod";
import { ErrorCode, fault } from "../../errors/mod.ts";
import type { NodeView } from "../chain/node_view.ts";
import { isOwnFault, type RpcError, toJson, toRpcError } from "../errors.ts";
import { account } from "./account.ts";
import { block } from "./block.ts";
import { faucet } from "./faucet.ts";
import { genesis } from "./genesis.ts";
import type { Caller, Method } from "./method.ts";
import { parseParams } from "./params.ts";
import { peers } from "./peers.ts";
import { status } from "./status.ts";
import { submit } from "./submit.ts";
import { subscribe, unsubscribe } from "./subscribe.ts";
import { transaction } from "./transaction.ts";
import { validators } from "./validators.ts";
import { wait } from "./wait.ts";

const methods = new Map<string, Method>(
  [
    account,
    block,
    faucet,
    genesis,
    peers,
    status,
    submit,
    subscribe,
    transaction,
    unsubscribe,
    validators,
    wait,
  ].map((method) => [method.name, method]),
);

const requestShape = z.object({
  jsonrpc: z.literal("2.0"),
  id: z.union([z.string().max(256), z.number(), z.null()]).optional(),
  method: z.string().max(64),
  params: z.record(z.string(), z.unknown()).optional(),
});

type Id = string | number | null;

/**
 * Answers the text of one JSON-RPC 2.0 request or batch. Never rejects.
 * Undefined when there is nothing to answer: notifications.
 */
export async function answer(
  view: NodeView,
  text: string,
  caller: Caller,
): Promise<string | undefined> {
  let request: unknown;
  try {
    request = JSON.parse(text);
  } catch (cause) {
    return errorText(null, fault(ErrorCode.RPC_PARSE, String(cause)));
  }
  if (!Array.isArray(request)) return await answerOne(view, request, caller);
  const max = view.limits.batchCallsMax;
  if (request.length === 0 || request.length > max) {
    return errorText(
      null,
      fault(ErrorCode.RPC_INVALID_REQUEST, { calls: request.length, max }),
    );
  }
  const replies = await Promise.all(
    request.map((one) => answerOne(view, one, caller)),
  );
  const texts = replies.filter((reply) => reply !== undefined);
  return texts.length > 0 ? `[${texts.join(",")}]` : undefined;
}

/** The text of an error answer. */
export function errorText(id: Id, thrown: unknown): string {
  return toJson({ jsonrpc: "2.0", id, error: toRpcError(thrown) });
}

async function answerOne(
  view: NodeView,
  request: unknown,
  caller: Caller,
): Promise<string | undefined> {
  const parsed = requestShape.safeParse(request);
  if (!parsed.success) {
    return errorText(
      null,
      fault(ErrorCode.RPC_INVALID_REQUEST, {
        field: parsed.error.issues[0]?.path.join(".") ?? "",
        why: parsed.error.issues[0]?.message ?? "",
      }),
    );
  }
  const { id, method, params } = parsed.data;
  const outcome = await perform(view, method, params, caller);
  return id === undefined
    ? undefined
    : toJson({ jsonrpc: "2.0", id, ...outcome });
}

async function perform(
  view: NodeView,
  name: string,
  params: unknown,
  caller: Caller,
): Promise<{ result: unknown } | { error: RpcError }> {
  try {
    const method = methods.get(name);
    if (!method) {
      throw fault(ErrorCode.RPC_UNKNOWN_METHOD, { method: name });
    }
    const checked = parseParams(method.params, params);
    return { result: await method.call(view, checked, caller) ?? null };
  } catch (thrown) {
    if (isOwnFault(thrown)) {
      view.log.error("a call failed inside the node", {
        method: name,
        error: thrown instanceof Error ? thrown.stack : String(thrown),
      });
    }
    return { error: toRpcError(thrown) };
  }
}
