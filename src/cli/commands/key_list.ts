import type { KeystoreOptions } from "../command.ts";
import { keystoreDirectory, keystoreOf } from "../keys.ts";
import type { Output } from "../output.ts";
import { table } from "../table.ts";

/** Lists names and addresses. */
export async function runKeyList(
  output: Output,
  options: KeystoreOptions,
): Promise<void> {
  const keys = await keystoreOf(options).list();
  await output.result(
    { keys },
    () =>
      keys.length === 0 ? `No keys in ${keystoreDirectory(options)}.` : table(
        ["Name", "Address"],
        keys.map(({ name, address }) => [name, address]),
      ),
  );
}
