import type { z } from "zod";
import type { NodeView } from "../chain/node_view.ts";
import type { Source } from "../door/source.ts";

/** Who calls. */
export interface Caller {
  /** Aborts when the caller has gone or the gateway stops. */
  signal: AbortSignal;
  /** Where from. */
  source: Source;
  /** Present on a WebSocket. */
  subscriptions?: Subscriptions;
}

/** What a socket lets its methods do. */
export interface Subscriptions {
  /** @throws RPC_BUSY beyond the limit. */
  add(topic: Topic, cursor: bigint | undefined): SubscriptionStart;
  /** Whether there was such a subscription. */
  remove(subscription: string): boolean;
}

export interface SubscriptionStart {
  subscription: string;
  /** The height before the first event. */
  cursor: bigint;
}

export const TOPICS = ["blocks", "receipts"] as const;
export type Topic = typeof TOPICS[number];

/** One method of the API. */
export interface Method {
  name: string;
  /** What `params` must look like. */
  params: z.ZodType;
  call(view: NodeView, params: unknown, caller: Caller): Promise<unknown>;
}

/** A method whose parameters are checked by `params` before `call` sees them. */
export function method<P>(definition: {
  name: string;
  params: z.ZodType<P>;
  call(view: NodeView, params: P, caller: Caller): Promise<unknown> | unknown;
}): Method {
  return {
    name: definition.name,
    params: definition.params,
    call: async (view, params, caller) =>
      await definition.call(view, params as P, caller),
  };
}
