/** The picture that `load --html` draws, in a real browser. */
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { drawPage, type LoadReport } from "../../src/load/mod.ts";
import { testFigures } from "../../src/load/testing/figures.ts";
import { hasChromium, launch, openPage } from "./browser.ts";

const thread = { name: "executor", us: 40 };
const report: Pick<LoadReport, "figures" | "course"> = {
  figures: testFigures({ executor: 40, validators: 2 }),
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
