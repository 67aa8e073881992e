import { createClient } from "../../client/mod.ts";
import type { RpcOptions } from "../command.ts";
import type { Output } from "../output.ts";
import { grouped, table } from "../table.ts";
import { wireJson } from "../wire.ts";

/** Shows the validators. */
export async function runValidators(
  output: Output,
  { rpc }: RpcOptions,
): Promise<void> {
  const set = await createClient({ url: rpc }).validators();
  await output.result(
    wireJson(set),
    () =>
      table(
        ["Validator", "Power", "Share"],
        set.validators.map(({ address, power }) => [
          address,
          grouped(power),
          `${Number(power * 10_000n / set.totalPower) / 100} %`,
        ]),
      ),
  );
}
