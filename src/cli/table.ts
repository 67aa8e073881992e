import { bold, dim } from "./output.ts";

const EMPTY_BORDERS = Object.fromEntries(
  [
    "top",
    "top-mid",
    "top-left",
    "top-right",
    "bottom",
    "bottom-mid",
    "bottom-left",
    "bottom-right",
    "left",
    "left-mid",
    "mid",
    "mid-mid",
    "right",
    "right-mid",
  ].map((name) => [name, ""]),
);

/** Names and values, one pair a line. */
export async function record(
  pairs: readonly (readonly [string, unknown])[],
): Promise<string> {
  return await render(
    [],
    pairs.map(([name, value]) => [dim(name), String(value)]),
  );
}

/** Rows under a head. */
export async function table(
  head: string[],
  rows: readonly unknown[][],
): Promise<string> {
  return await render(head.map(bold), rows.map((row) => row.map(String)));
}

async function render(head: string[], rows: string[][]): Promise<string> {
  const { default: Table } = await import("cli-table3");
  const lines = new Table({
    head,
    chars: { ...EMPTY_BORDERS, middle: "  " },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  lines.push(...rows);
  return lines.toString().split("\n").map((line) => line.trimEnd()).join("\n");
}

/** 1234567 as 1,234,567. */
export function grouped(value: bigint | number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}
