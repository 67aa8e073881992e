import { type Account, createClient, decodeAddress } from "../../client/mod.ts";
import { green, type Output } from "../output.ts";
import { proveAccount } from "../prove.ts";
import { grouped, record } from "../table.ts";
import type { AccountOptions } from "./account.ts";

/** Shows an account, verified with `--prove`. */
export async function runAccount(
  output: Output,
  options: AccountOptions,
  [address = ""]: (string | undefined)[],
): Promise<void> {
  decodeAddress(address);
  const client = createClient({ url: options.rpc });
  if (!options.prove) {
    const account = await client.account(address);
    await output.result(accountJson(account), () => record(rows(account)));
    return;
  }
  const { account, height, appHash } = await proveAccount(
    output,
    client,
    address,
    options,
  );
  await output.result(
    {
      ...accountJson(account),
      verified: true,
      verified_height: Number(height),
      app_hash: appHash,
    },
    () =>
      record([
        ...rows(account),
        [
          "proof",
          green(`verified against the block at height ${grouped(height)}`),
        ],
        ["app hash", appHash],
      ]),
  );
}

/** What of an account is shown. */
type Shown = Pick<Account, "address" | "balance" | "nonce" | "lanes">;

function accountJson({ address, balance, nonce, lanes }: Shown): object {
  return {
    address,
    balance,
    nonce: Number(nonce),
    lanes: lanes.map((entry) => ({
      lane: entry.lane,
      nonce: Number(entry.nonce),
    })),
  };
}

function rows({ address, balance, nonce, lanes }: Shown): [string, unknown][] {
  const others = lanes.filter((entry) => entry.lane !== 0);
  return [
    ["address", address],
    ["balance", grouped(balance)],
    ["next nonce", nonce],
    ...others.map((
      entry,
    ): [string, unknown] => [`  lane ${entry.lane}`, entry.nonce]),
  ];
}
