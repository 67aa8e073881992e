import type { Command } from "commander";
import {
  command,
  does,
  type ProveOptions,
  type RpcOptions,
  withProof,
  withRpc,
} from "../command.ts";

export type AccountOptions = RpcOptions & ProveOptions;

/** `account`: balance and nonces. */
export function account(): Command {
  const account = command({
    name: "account <address>",
    summary: "show balance and nonces",
    description:
      "Shows the balance and the next nonce of each lane. With --prove the node's word is not enough: the proof is checked " +
      "against the state root in a block's header, the header against its commit certificate, and the certificate against the " +
      "validators of the genesis. The genesis comes from --genesis or the home; without either the node's own is used, and said so.",
    examples: [
      ["account rst1…", "what the node says"],
      ["account rst1… --prove", "what the validators signed"],
      [
        "account rst1… --json",
        '{"address":…,"balance":"…","nonce":…,"lanes":[…]}',
      ],
    ],
  });
  return does<AccountOptions>(
    withProof(withRpc(account)),
    async () => (await import("./account_run.ts")).runAccount,
  );
}
