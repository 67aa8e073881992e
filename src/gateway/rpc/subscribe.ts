import { z } from "zod";
import { ErrorCode, fault } from "../../errors/mod.ts";
import { method, TOPICS } from "./method.ts";
import * as param from "./params.ts";

/** `subscribe {topic, cursor?}`: events of every height above the cursor; without one, from now on. */
export const subscribe = method({
  name: "subscribe",
  params: z.strictObject({
    topic: z.enum(TOPICS),
    cursor: param.height.optional(),
  }),
  call(_view, { topic, cursor }, { subscriptions }) {
    const started = socketOnly(subscriptions).add(topic, cursor);
    return { ...started, cursor: Number(started.cursor) };
  },
});

/** `unsubscribe {subscription}` */
export const unsubscribe = method({
  name: "unsubscribe",
  params: z.strictObject({ subscription: z.string().max(64) }),
  call(_view, { subscription }, { subscriptions }) {
    if (!socketOnly(subscriptions).remove(subscription)) {
      throw fault(ErrorCode.RPC_NOT_FOUND, { subscription });
    }
    return { subscription };
  },
});

function socketOnly<T>(subscriptions: T | undefined): T {
  if (subscriptions) return subscriptions;
  throw fault(
    ErrorCode.RPC_INVALID_REQUEST,
    "subscriptions need a WebSocket: connect to /ws",
  );
}
