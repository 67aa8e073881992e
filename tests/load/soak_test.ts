/** Real validators at saturation. `LOAD_SECONDS` makes it longer, and has their memory looked at. */
import assert from "node:assert/strict";
import { launchNodes } from "../../src/cli/load/mod.ts";
import { runLoad } from "../../src/load/mod.ts";
import { systemClock, systemRandom } from "../../src/platform/mod.ts";
import { withHome } from "../harness.ts";

const SECONDS = Number(Deno.env.get("LOAD_SECONDS") ?? 5);
/** So many change in seconds: after the warm-up the state has its size. */
const ACCOUNTS = SECONDS >= 60 ? 100_000 : 1_000;
/** Shorter loads are still warming up. */
const FLAT_SECONDS_MIN = 300;
/** Caches fill, and collections come when they come. */
const MB_PER_MINUTE_MAX = 10;
const MB_MAX = 8_000;
/** A slow machine may be late for seconds. */
const BLOCK_GAP_MS_MAX = 30_000;

Deno.test("at saturation no block is missed, nothing is lost, and memory stays flat", async () => {
  await withHome(async (directory) => {
    await using nodes = launchNodes({ directory, validators: 1, shards: 1 });
    const { figures, transfers } = await runLoad(
      { seconds: SECONDS, accounts: ACCOUNTS, shards: 1, zipf: false },
      {
        ...{ clock: systemClock(), random: systemRandom(), directory },
        launch: nodes.launch,
        // With a balance that is wrong it rejects.
        onProgress: (text) => SECONDS > 60 && console.error(text),
      },
    );
    assert.ok(figures.committed > 0 && transfers >= figures.committed);
    assert.ok(
      figures.block_interval_max_ms < BLOCK_GAP_MS_MAX,
      `${figures.block_interval_max_ms} ms without a block`,
    );
    assert.ok(figures.rss_peak_mb < MB_MAX, `${figures.rss_peak_mb} MB`);
    if (SECONDS < FLAT_SECONDS_MIN) return;
    const { rss_mb_per_minute: slope } = figures;
    assert.ok(slope < MB_PER_MINUTE_MAX, `${slope} MB a minute`);
  });
});
