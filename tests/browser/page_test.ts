/** The page at `/`, as a person uses it: a real node and a real browser. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { encodeAddress } from "../../mod.ts";
import { withNode } from "../harness.ts";
import { hasChromium, launch, openPage } from "./browser.ts";

declare global {
  /** Those that the page has opened. */
  var sockets: WebSocket[];
}

const figure = (page: Page, name: string) =>
  page.locator(`[data-figure="${name}"]`);
const numberOf = async (page: Page, name: string) =>
  Number((await figure(page, name).innerText()).replace(/\D/g, ""));

/** Resolves when the height that is shown is above the one that was. */
async function heightGrows(page: Page): Promise<void> {
  const before = await numberOf(page, "height");
  for (let tries = 0; await numberOf(page, "height") <= before; tries++) {
    assert.ok(tries < 200, `still at ${before}`);
    await page.waitForTimeout(50);
  }
}

Deno.test({
  name: "the page in Chromium",
  ignore: !await hasChromium(),
  // The driver of the browser keeps its own pipes and timers.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: (t) =>
    withNode(async ({ ready: { rpc } }) => {
      const browser = await launch();
      const { page, complaints } = await openPage(browser, rpc, {
        locale: "en-US",
      });
      const address = encodeAddress(new Uint8Array(32).fill(42));

      await t.step("blocks arrive by themselves", async () => {
        await page.locator('[data-state="live"]').waitFor();
        await page.locator(".ticker li").first().waitFor();
        await heightGrows(page);
      });

      await t.step("the faucet pays, and says where and when", async () => {
        await page.getByLabel("Address to fund").fill(address);
        await page.getByRole("button", { name: "Send coins" }).click();
        const outcome = page.locator('[data-outcome="paid"]');
        await outcome.waitFor();
        assert.match(await outcome.innerText(), /1,000,000,000 coins .* block/);
        await page.locator("table").first().getByText("Executed").first()
          .waitFor();
      });

      await t.step(
        "a search for the address shows its balance, which follows the chain",
        async () => {
          await page.keyboard.press("Escape");
          await page.locator("h1").click();
          await page.keyboard.press("/");
          await page.keyboard.type(address);
          await page.keyboard.press("Enter");
          await page.getByRole("heading", { name: "Account" }).waitFor();
          assert.equal(await numberOf(page, "balance"), 1_000_000_000);
          await page.getByRole("button", { name: "Send coins here" }).click();
          await page.getByText("2,000,000,000").waitFor();
        },
      );

      await t.step(
        "a transaction and its block are a click away from each other",
        async () => {
          await page.locator('[data-outcome="paid"] a').click();
          await page.getByRole("heading", { name: "Transaction" }).waitFor();
          await page.getByText("Executed").waitFor();
          const hash = page.url().split("/").at(-1) ?? "";
          await page.locator('.facts a[href^="#/block/"]').click();
          await page.getByRole("heading", { name: /^Block/ }).waitFor();
          await page.getByRole("link", { name: hash }).click();
          await page.getByRole("heading", { name: "Transaction" }).waitFor();
        },
      );

      await t.step("what cannot be found is said, not thrown", async () => {
        const search = page.getByRole("searchbox");
        await search.fill("what?");
        await search.press("Enter");
        await page.getByText("That is no address").waitFor();
        await search.fill("999999999");
        await search.press("Enter");
        await page.getByRole("heading", { name: "Not found" }).waitFor();
        await page.goto(`${rpc}/#/`);
        await page.getByLabel("Address to fund").fill("rst1nonsense");
        await page.getByRole("button", { name: "Send coins" }).click();
        const problem = page.locator('[data-outcome="problem"]');
        await problem.waitFor();
        assert.match(await problem.innerText(), /ADDRESS_MALFORMED/);
      });

      await t.step("it speaks Japanese, and remembers that", async () => {
        await page.getByRole("button", { name: "日本語" }).click();
        await page.getByRole("heading", { name: "最新のブロック" }).waitFor();
        await page.reload();
        await page.getByRole("heading", { name: "最新のブロック" }).waitFor();
        assert.equal(await page.locator("html").getAttribute("lang"), "ja");
      });

      await t.step(
        "it goes on by itself when the connection breaks",
        async () => {
          await page.context().setOffline(true);
          await page.evaluate(() => dispatchEvent(new Event("offline")));
          await page.context().setOffline(false);
          await heightGrows(page);
        },
      );

      await t.step(
        "the first stop of the Tab key leads to the content",
        async () => {
          await page.reload();
          await page.keyboard.press("Tab");
          const focused = page.locator(":focus");
          assert.equal(await focused.getAttribute("href"), "#content");
          await page.keyboard.press("Enter");
          assert.equal(await focused.getAttribute("id"), "content");
        },
      );

      await t.step("a small screen needs no sideways scrolling", async () => {
        await page.setViewportSize({ width: 360, height: 740 });
        await page.locator(".ticker li").first().waitFor();
        const [content = 0, screen = 0] = await page.locator("html")
          .evaluate((html) => [html.scrollWidth, html.clientWidth]);
        assert.ok(content <= screen, `${content} > ${screen}`);
      });

      await t.step("nothing was refused or broken on the way", () => {
        assert.deepEqual(complaints, []);
      });
      await browser.close();
    }),
});
