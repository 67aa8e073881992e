import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

const css = await readFile(
  new URL("../../web/style.css", import.meta.url),
  "utf8",
);
const [light, dark] = [...css.matchAll(/:root\s*\{([^}]*)\}/g)]
  .map(([, body]) => coloursOf(body ?? ""));

/** Text colour and what it stands on. */
const PAIRS = [
  ["text", "ground"],
  ["text", "surface"],
  ["text", "sunken"],
  ["text", "fill"],
  ["soft", "ground"],
  ["soft", "surface"],
  ["soft", "sunken"],
  ["accent", "ground"],
  ["accent", "surface"],
  ["accent", "accent-wash"],
  ["on-accent", "accent"],
  ["on-accent", "accent-strong"],
  ["good", "good-wash"],
  ["bad", "bad-wash"],
] as const;

Deno.test("every text has a contrast of 4.5 : 1 (WCAG AA) in both colour schemes", () => {
  for (const [scheme, colours] of Object.entries({ light, dark })) {
    for (const [text, ground] of PAIRS) {
      const ratio = contrast(colours?.[text], colours?.[ground]);
      assert.ok(ratio >= 4.5, `${scheme}: ${text} on ${ground} is ${ratio}`);
    }
  }
});

function coloursOf(body: string): Record<string, string> {
  return Object.fromEntries(
    [...body.matchAll(/--([\w-]+):\s*#([0-9a-f]{6})/g)]
      .map(([, name, hex]) => [name, hex]),
  );
}

/** WCAG 2.2, relative luminance. */
function contrast(a = "", b = ""): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) =>
    y - x
  );
  return (high + 0.05) / (low + 0.05);
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [0, 2, 4].map((at) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
