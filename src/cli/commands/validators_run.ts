import { createClient, type Validators } from "../../client/mod.ts";
import type { RpcOptions } from "../command.ts";
import type { Output } from "../output.ts";
import { grouped, table } from "../table.ts";
import { wireJson } from "../wire.ts";

const HEIGHTS_SHOWN = 5;

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
        ["Validator", "Power", "Share", "Offences"],
        set.validators.map(({ address, power, offences }) => [
          address,
          grouped(power),
          `${Number(power * 10_000n / set.totalPower) / 100} %`,
          offencesText(offences),
        ]),
      ),
  );
}

/** The latest heights first: `3 (at 57, 42, 41)`. */
function offencesText(
  { count, latest }: Validators["validators"][number]["offences"],
): string {
  if (count === 0) return "none";
  const heights = latest.map((one) => String(one.height)).toReversed();
  const shown = heights.slice(0, HEIGHTS_SHOWN);
  const more = count > shown.length ? ", …" : "";
  return `${grouped(count)} (at ${shown.join(", ")}${more})`;
}
