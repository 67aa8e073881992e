import type { Command } from "commander";
import {
  command,
  does,
  type KeystoreOptions,
  type RpcOptions,
  withKeystore,
  withRpc,
} from "../command.ts";
import * as values from "../values.ts";

export interface SendOptions extends KeystoreOptions, RpcOptions {
  from: string;
  to: string;
  amount: bigint;
  lane: number;
  nonce?: bigint;
  tip?: bigint;
  maxFee?: bigint;
  memo: string;
  validFor: number;
  timeout: number;
}

/** `send`: a transfer. */
export function send(): Command {
  const send = command({
    name: "send",
    summary: "send a transfer and wait until it is final",
    description:
      "Signs a transfer, sends it, and waits until it is final and its receipt is known. " +
      "KEY is a name in the keystore, a key file, or a secret key of 64 hexadecimal digits. " +
      "A transfer that did not come through gives its error code and exit code 4.",
    examples: [
      [
        "send --from alice --to rst1… --amount 1000",
        "1,000 base units from a key of the keystore",
      ],
      [
        "send --from $KEY --to rst1… --amount 5 --memo invoice-7",
        "with a reference",
      ],
      [
        "send --from alice --to rst1… --amount 1 --lane 3",
        "beside others of the same account",
      ],
    ],
  });
  send
    .requiredOption(
      "--from <key>",
      "who pays: keystore name, key file or secret key",
    )
    .requiredOption("--to <address>", "who receives, rst1…")
    .requiredOption("--amount <units>", "whole base units", values.amount)
    .option("--memo <text>", "up to 256 bytes that go with it", "")
    .option(
      "--lane <n>",
      "lane; lanes are ordered independently",
      values.integer("--lane", 0, 2 ** 32 - 1),
      0,
    )
    .option(
      "--nonce <n>",
      "default: the lane's next one",
      values.unsigned("--nonce"),
    )
    .option(
      "--tip <n>",
      "offered above the base fee, per unit of gas",
      values.unsigned("--tip"),
    )
    .option(
      "--max-fee <n>",
      "most to pay per unit of gas (default: twice the base fee, and the tip)",
      values.unsigned("--max-fee"),
    )
    .option(
      "--valid-for <blocks>",
      "give up after so many blocks",
      values.integer("--valid-for", 1, 1_000_000),
      1_000,
    )
    .option(
      "--timeout <time>",
      "how long to wait for finality",
      values.duration("--timeout", 1, 60_000),
      30_000,
    );
  return does<SendOptions>(
    withRpc(withKeystore(send)),
    async () => (await import("./send_run.ts")).runSend,
  );
}
