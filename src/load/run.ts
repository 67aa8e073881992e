import { createCore, loadCoreModule } from "../core/mod.ts";
import * as plan from "./plan.ts";
import { LoadRun } from "./session.ts";
import { feeAddressOf, Supply } from "./supply.ts";
import type { LoadOptions, LoadReport, LoadSurroundings } from "./types.ts";

/** Of every account at the beginning: enough for hours, and no supply too large with a million of them. */
const BALANCE = 1_000_000_000_000n;

/**
 * Puts load on a chain that it has made, measures, and accounts for every
 * transfer. @throws SUPPLY_BROKEN where a balance is wrong; what the nodes
 * answer to a transfer that is not admitted.
 */
export async function runLoad(
  options: LoadOptions,
  surroundings: LoadSurroundings,
): Promise<LoadReport> {
  const { random, directory, launch, onProgress } = surroundings;
  await using closing = new AsyncDisposableStack();
  onProgress(`Making ${options.accounts} accounts`);
  const core = await loadCoreModule();
  const supply = closing.adopt(
    await Supply.open({
      ...options,
      ...{ core, directory },
      secret: random.bytes(32),
      chunk: plan.chunkOf(options),
    }),
    (supply) => supply.close(),
  );
  onProgress("Starting the nodes");
  const nodes = await launch(supply.addresses, BALANCE);
  const run = await LoadRun.open({
    ...{ options, surroundings, supply, nodes },
    balance: BALANCE,
  });
  closing.adopt(run, (run) => run.close());
  const window = await run.measure();
  onProgress("Comparing balances");
  return await run.report(window, feeAddressOf(createCore(core)));
}
