import type { Command } from "commander";
import { command, does, type HomeOptions, withHome } from "../command.ts";

export interface ExportOptions extends HomeOptions {
  rpc?: string;
  state?: boolean;
  chainId?: string;
  out?: string;
}

/** `export-genesis`: the start of this chain, or of the next one. */
export function exportGenesis(): Command {
  const exported = command({
    name: "export-genesis",
    summary: "write the chain's genesis, or a new one from its state",
    description:
      "Writes the genesis of the chain in --home, or of a running node with --rpc, so that others can join it. " +
      "With --state it makes the genesis of a new chain instead, in which every account starts with the balance that it has now " +
      "(the node of the home must be stopped).",
    examples: [
      ["export-genesis > genesis.json", "the genesis of ./data"],
      ["export-genesis --rpc http://127.0.0.1:26657", "of a running node"],
      [
        "export-genesis --state --chain-id next-1 --out next.json",
        "a new chain from the balances",
      ],
    ],
  });
  withHome(exported)
    .option("--rpc <url>", "ask this node instead of reading the home")
    .option("--state", "a new genesis from the current balances")
    .option("--chain-id <id>", "chain id of the new genesis, with --state")
    .option("--out <file>", "write to a file instead of standard output");
  return does<ExportOptions>(
    exported,
    async () => (await import("./export_genesis_run.ts")).runExportGenesis,
  );
}
