import { createClient, type Status } from "../../client/mod.ts";
import type { RpcOptions } from "../command.ts";
import type { Output } from "../output.ts";
import { grouped, record } from "../table.ts";
import { wireJson } from "../wire.ts";

/** What checks signatures, in words. */
const SIGNATURES: Record<string, string> = {
  fma: "fast arithmetic",
  integer: "integer arithmetic",
  distrusted:
    "integer arithmetic, half as fast: the fast one gave a wrong result; look at the machine's memory and processor, then restart",
};

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
      network: wireJson(status.network),
      syncing,
      halted: status.halted,
      ...(status.halted && status.consensus && {
        halt: haltJson(status.consensus),
      }),
      validator: status.validator ?? null,
      signatures: status.signatures ?? null,
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
        ["connections", networkText(status.network)],
        ["syncing", syncing ? "yes" : "no"],
        ["halted", status.halted ? haltText(status) : "no"],
        ["validator", status.validator ?? "no, it follows the chain"],
        ["signatures", SIGNATURES[status.signatures ?? ""] ?? "not known yet"],
        ["version", `${status.version}, protocol ${status.protocolVersion}`],
      ]),
  );
}

function networkText(
  { activeConnections, bytesSent, bytesReceived, rttMs }: Status["network"],
): string {
  const traffic = `${activeConnections}; ${grouped(bytesSent)} bytes sent, ${
    grouped(bytesReceived)
  } received`;
  return rttMs === undefined
    ? traffic
    : `${traffic}; round trip ${rttMs.toFixed(1)} ms`;
}

type Consensus = NonNullable<Status["consensus"]>;

function haltJson(
  { sinceDecisionMs, powerHeard, powerTotal, unheard }: Consensus,
) {
  return {
    since_ms: sinceDecisionMs,
    power_heard: String(powerHeard),
    power_total: String(powerTotal),
    unheard,
  };
}

function haltText({ consensus }: Status): string {
  if (!consensus) return "yes";
  const { sinceDecisionMs, powerHeard, powerTotal, unheard } = consensus;
  const since = `nothing decided for ${Math.round(sinceDecisionMs / 1_000)} s`;
  if (3n * powerHeard > 2n * powerTotal) return `yes: ${since}`;
  return `yes: ${since}; votes come from ${grouped(powerHeard)} of ${
    grouped(powerTotal)
  } voting power, more than two thirds are needed; not heard: ${
    unheard.join(", ")
  }`;
}
