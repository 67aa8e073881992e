import { Exit } from "../exit.ts";
import { openHome } from "../home/mod.ts";
import { loadNode } from "../node_module.ts";
import { green, type Output, red } from "../output.ts";
import { logOf } from "../run_node.ts";
import { grouped, record } from "../table.ts";
import type { ReplayCommandOptions } from "./replay.ts";

/** Executes the chain again and says whether it agrees. */
export async function runReplay(
  output: Output,
  options: ReplayCommandOptions,
): Promise<void> {
  const home = await openHome(options.home);
  const { replayHome } = await loadNode();
  const { height, appHash, receiptsRoot, mismatches } = await replayHome({
    home: home.directory,
    config: home.config,
    genesis: home.genesisBytes,
    shards: options.shards,
    log: logOf(home.config),
    onProgress: (height, tip) =>
      output.progress(`Height ${grouped(height)} of ${grouped(tip)}`),
  });
  if (mismatches > 0) Deno.exitCode = Exit.home;
  await output.result(
    {
      height: Number(height),
      app_hash: appHash.toHex(),
      receipts_root: receiptsRoot.toHex(),
      shards: options.shards,
      mismatches,
    },
    () =>
      record([
        ["height", grouped(height)],
        ["app hash", appHash.toHex()],
        ["receipts root", receiptsRoot.toHex()],
        ["shards", String(options.shards)],
        [
          "mismatches",
          mismatches === 0 ? green("none") : red(String(mismatches)),
        ],
      ]),
  );
}
