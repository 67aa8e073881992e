/** Roots over receipts and ids, and single hashes. */
import { createCore, loadCoreModule } from "../src/core/mod.ts";
import { reference } from "./fixtures.ts";

const core = createCore(await loadCoreModule());
/** Of a receipt without messages. */
const RECEIPT_BYTES = 8;
const ID_BYTES = 32;

for (const transfers of [1_000, 10_000]) {
  const group = `lists/transfers=${transfers}`;
  reference(group);
  for (const [what, bytes] of [["receipt", RECEIPT_BYTES], ["id", ID_BYTES]]) {
    const length = Number(bytes);
    const items = Uint8Array.from(
      { length: transfers * length },
      (_, at) => at * 31,
    );
    const lengths = new Uint32Array(transfers).fill(length);
    Deno.bench({
      name: `core::list_root/transfers=${transfers},item=${what}`,
      group,
      fn: () => void core.listRoot(items, lengths),
    });
  }
}
