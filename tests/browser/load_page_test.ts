/** The picture that `load --html` draws, in a real browser. */
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { drawPage, type LoadReport } from "../../src/load/mod.ts";
import { hasChromium, launch, openPage } from "./browser.ts";

const thread = { name: "executor", us: 40 };
const report: Pick<LoadReport, "figures" | "course"> = {
  figures: {
    ...{ tps: 9_000, committed: 18_000, tx_bytes: 154 },
    latency_ms: { p50: 10, p95: 20, p99: 30 },
    block_interval_ms: 500,
    cpu_us_per_tx: {
      ...{ total: 40, per_validator: 40, busiest_thread: 40 },
      by_thread: { executor: 40 },
    },
    reference: { node_crypto_verify_us: 20, ratio: 2 },
    ...{ disk_bytes_per_tx: 300, rss_mb: 400 },
    generator: {
      ...{ busy: 0.1, starved: 0, sent_per_second: 9_000, late_ms: 0 },
      ...{ signed_per_second: 20_000, rss_mb: 300 },
    },
    workload: {
      ...{ validators: 2, shards: 1, seconds: 2, rate: null },
      ...{ accounts: 100, zipf: false },
    },
    machine: {
      ...{ cpu: "one", cores: 2, memory_mb: 1_000, system: "linux" },
      ...{ deno: "2", v8: "15", load_before: 0, at: "2026-01-01T00:00:00Z" },
    },
  },
  course: {
    blocks: [0.5, 1, 1.5, 2].map((atSeconds) => ({
      ...{ atSeconds, transactions: 4_500, intervalMs: 500 },
    })),
    memory: [0, 1, 2].map((atSeconds) => ({ atSeconds, nodesMb: [300, 310] })),
    cpu: [[thread], [thread]],
    latencies: [5, 10, 20, 30],
  },
};

Deno.test({
  name: "the picture of a load draws without a complaint",
  ignore: !await hasChromium(),
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const file = await Deno.makeTempFile({ suffix: ".html" });
    await Deno.writeTextFile(file, await drawPage(report));
    const browser = await launch();
    try {
      const url = pathToFileURL(file).href;
      const { page, complaints } = await openPage(browser, url);
      assert.equal(await page.locator("canvas").count(), 4);
      assert.equal(await page.locator("#cpu .bar").count(), 2);
      assert.match(await page.locator("#facts").innerText(), /9,000/);
      assert.deepEqual(complaints, []);
    } finally {
      await browser.close();
      await Deno.remove(file);
    }
  },
});
