import assert from "node:assert/strict";
import { anchorsOf, brokenLinks } from "./links.ts";

Deno.test("anchorsOf() names headings as GitHub does", () => {
  const text =
    '# A first, step!\n## Same\n## Same\n### 最初の送金\n<a id="7"></a>\n';
  assert.deepEqual([...anchorsOf(text)], [
    "a-first-step",
    "same",
    "same-1",
    "最初の送金",
    "7",
  ]);
});

Deno.test("brokenLinks() finds missing files and anchors, and leaves other sites and code alone", () => {
  const files = [
    {
      path: "docs/a.md",
      text: "# Top\n[1](b.md) [2](b.md#part) [3](#top) [4](https://x.y/z)\n" +
        "[5](gone.md) [6](b.md#gone)\n```\n[7](code.md)\n```\n",
    },
    { path: "docs/b.md", text: "## Part\n" },
  ];
  const exists = (path: string) => files.some((file) => file.path === path);
  assert.deepEqual(brokenLinks(files, exists), [
    "docs/a.md: gone.md",
    "docs/a.md: b.md#gone",
  ]);
});
