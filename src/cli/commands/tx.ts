import type { Command } from "commander";
import {
  command,
  does,
  type ProveOptions,
  type RpcOptions,
  withProof,
  withRpc,
} from "../command.ts";

export type TxOptions = RpcOptions & ProveOptions;

/** `tx`: one transaction and its receipt. */
export function tx(): Command {
  const tx = command({
    name: "tx <hash>",
    summary: "show a transaction and its receipt",
    description:
      "Shows a final transaction: where it is, what it did, what it cost. With --prove its place in the block and its receipt " +
      "are verified, as account --prove verifies an account.",
    examples: [
      ["tx 5f0c…", "by the hash that send printed"],
      ["tx 5f0c… --prove", "what the validators signed"],
    ],
  });
  return does<TxOptions>(
    withProof(withRpc(tx)),
    async () => (await import("./tx_run.ts")).runTx,
  );
}
