import { type Block, createClient } from "../../client/mod.ts";
import type { RpcOptions } from "../command.ts";
import type { Output } from "../output.ts";
import { grouped, record } from "../table.ts";
import { unsigned } from "../values.ts";
import { wireJson } from "../wire.ts";

const IDS_SHOWN = 10;

/** Shows one block. */
export async function runBlock(
  output: Output,
  { rpc }: RpcOptions,
  [text]: (string | undefined)[],
): Promise<void> {
  const height = text === undefined ? undefined : unsigned("HEIGHT")(text);
  const block = await createClient({ url: rpc }).block(height);
  await output.result(wireJson(block), () => record(rows(block)));
}

function rows(block: Block): [string, unknown][] {
  const { certificate, transactionIds, transactions } = block;
  const shown = transactionIds.slice(0, IDS_SHOWN);
  const more = transactions - shown.length;
  return [
    ["height", block.height],
    ["block id", block.blockId],
    ["time", new Date(block.timeMs).toISOString()],
    ["app hash", block.appHash],
    ["parent", block.parent],
    ["proposer", block.proposer],
    [
      "signed by",
      `${certificate.signatures.length} in round ${certificate.round}`,
    ],
    ["base fee", grouped(block.baseFee)],
    ["batches", block.batches.length],
    ...block.evidence.map((one): [string, unknown] => [
      "evidence",
      `${one.kind} by ${one.validator} at height ${one.height}, round ${one.round}`,
    ]),
    ["transactions", grouped(transactions)],
    ...shown.map((id): [string, unknown] => ["", id]),
    ...(shown.length > 0 && more > 0
      ? [["", `and ${grouped(more)} more`] as [string, unknown]]
      : []),
  ];
}
