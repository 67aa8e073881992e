import { createClient, type Transaction } from "../../client/mod.ts";
import { describe } from "../../errors/mod.ts";
import { green, type Output, red } from "../output.ts";
import { proveTransaction } from "../prove.ts";
import { grouped, record } from "../table.ts";
import { hash } from "../values.ts";
import type { TxOptions } from "./tx.ts";
import { wireJson } from "../wire.ts";

/** Shows one transaction, verified with `--prove`. */
export async function runTx(
  output: Output,
  options: TxOptions,
  [text = ""]: (string | undefined)[],
): Promise<void> {
  const client = createClient({ url: options.rpc });
  const id = hash(text);
  const transaction = options.prove
    ? await proveTransaction(output, client, id, options)
    : await client.transaction(id);
  const proof = options.prove ? { verified: true } : {};
  await output.result(
    { ...wireJson(transaction), ...proof },
    () => record([...rows(transaction), ...proofRow(options)]),
  );
}

function proofRow({ prove }: TxOptions): [string, unknown][] {
  return prove ? [["proof", green("verified")]] : [];
}

function rows(transaction: Transaction): [string, unknown][] {
  const { body, code } = transaction;
  return [
    ["hash", transaction.hash],
    [
      "result",
      code === 0 ? green("executed") : red(`${transaction.codeName} (${code})`),
    ],
    ...(code === 0
      ? []
      : [["meaning", describe(code).sentence] as [string, unknown]]),
    ["height", `${transaction.height}, index ${transaction.index}`],
    ["sender", transaction.sender],
    ...body.actions.map((action): [string, unknown] => [
      action.type,
      `${grouped(action.amount)} to ${action.to}`,
    ]),
    [
      "fee",
      `${grouped(transaction.fee)} (${grouped(transaction.gasUsed)} gas)`,
    ],
    ["lane, nonce", `${body.lane}, ${body.nonce}`],
    ["valid until", body.validUntil],
    ...(body.memo.length === 0 ? [] : [
      ["memo", JSON.stringify(new TextDecoder().decode(body.memo))] as [
        string,
        unknown,
      ],
    ]),
  ];
}
