import { z } from "zod";
import { encodeAddress } from "../../client/mod.ts";
import type { NodeView } from "../chain/node_view.ts";
import type { ConsensusHealth } from "../../consensus/types.ts";
import { method } from "./method.ts";
import { networkJson } from "./peers.ts";

/** `status {}`: where the chain and this node stand. */
export const status = method({
  name: "status",
  params: z.strictObject({}),
  async call(view) {
    const { chain, executor } = view.backend;
    const [{ peers, syncing, validator, health }, metrics, pending, tip] =
      await Promise.all([
        chain.status(),
        view.totals.read(),
        executor.pending(),
        tipOf(view),
      ]);
    return {
      chain_id: view.facts.chainId,
      genesis_hash: view.facts.genesisHash.toHex(),
      ...tip,
      peers,
      network: networkJson(metrics),
      syncing,
      halted: health?.isHalted ?? false,
      ...(health && { consensus: consensusOf(health) }),
      validator: validator ? encodeAddress(validator) : null,
      executed_height: Number(view.heads.executed),
      mempool: { transactions: pending.transactions, bytes: pending.bytes },
      signatures: view.signatures.backend,
      version: view.version,
      protocol_version: view.facts.parameters.protocolVersion,
    };
  },
});

function consensusOf(
  { sinceMs, powerHeard, powerTotal, unheard }: ConsensusHealth,
) {
  return {
    since_decision_ms: Math.round(sinceMs),
    power_heard: powerHeard,
    power_total: powerTotal,
    unheard: unheard.map(encodeAddress),
  };
}

async function tipOf({ heads, reader, facts, backend }: NodeView) {
  const height = heads.decided;
  const block = await reader.block(height);
  if (block) {
    return {
      height: Number(height),
      block_id: block.blockId.toHex(),
      app_hash: block.header.stateRoot.toHex(),
      time_ms: Number(block.header.timeMs),
      base_fee: block.header.baseFee,
    };
  }
  // Before the first block the genesis stands in its place.
  const roots = await backend.executor.roots();
  return {
    height: 0,
    block_id: facts.genesisHash.toHex(),
    app_hash: roots.stateRoot.toHex(),
    time_ms: Number(facts.timeMs),
    base_fee: facts.parameters.baseFeeMin,
  };
}
