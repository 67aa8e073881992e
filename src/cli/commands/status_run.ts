import { createClient } from "../../client/mod.ts";
import type { RpcOptions } from "../command.ts";
import type { Output } from "../output.ts";
import { grouped, record } from "../table.ts";

/** Shows how the node is. */
export async function runStatus(
  output: Output,
  { rpc }: RpcOptions,
): Promise<void> {
  const status = await createClient({ url: rpc }).status();
  const { chainId, height, appHash, peers, syncing, mempool } = status;
  await output.result(
    {
      chain_id: chainId,
      height: Number(height),
      app_hash: appHash,
      peers,
      syncing,
      validator: status.validator ?? null,
    },
    () =>
      record([
        ["chain", chainId],
        ["height", grouped(height)],
        ["executed", grouped(status.executedHeight)],
        ["block time", new Date(status.timeMs).toISOString()],
        ["app hash", appHash],
        ["genesis", status.genesisHash],
        ["base fee", grouped(status.baseFee)],
        [
          "waiting",
          `${grouped(mempool.transactions)} (${grouped(mempool.bytes)} bytes)`,
        ],
        ["peers", peers],
        ["syncing", syncing ? "yes" : "no"],
        ["validator", status.validator ?? "no, it follows the chain"],
        ["version", `${status.version}, protocol ${status.protocolVersion}`],
      ]),
  );
}
