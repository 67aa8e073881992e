import { EXECUTION_LAG } from "../../core/mod.ts";
import type { NodeView } from "../chain/node_view.ts";
import { toJson } from "../errors.ts";
import { json } from "./reply.ts";

/** GET /livez: the process answers. */
export function live(): Response {
  return json(`{"live":true}`);
}

/** GET /readyz: the node knows the tip, has executed it, and it is recent. */
export async function ready(
  { heads, reader, backend, clock }: NodeView,
  ageMsMax: number,
): Promise<Response> {
  const block = await reader.block(heads.decided);
  const { syncing, peers, health } = await backend.chain.status();
  const ageMs = block && Math.max(0, clock.now() - Number(block.header.timeMs));
  const reason = ageMs === undefined
    ? "no block yet"
    : syncing
    ? "syncing"
    : heads.decided - heads.executed > EXECUTION_LAG
    ? "execution is behind"
    : health?.isHalted
    ? "the chain has halted"
    : ageMs > ageMsMax
    ? "the last block is old"
    : undefined;
  const body = {
    ready: reason === undefined,
    ...(reason !== undefined && { reason }),
    height: Number(heads.decided),
    executed_height: Number(heads.executed),
    age_ms: ageMs,
    peers,
  };
  return json(toJson(body), reason === undefined ? 200 : 503);
}
