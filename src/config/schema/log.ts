import { z } from "zod";
import { choice } from "./field.ts";

/** `[log]`: what is told, on standard error. */
export const log = z.strictObject({
  level: choice(
    ["debug", "info", "warn", "error"],
    "info",
    "The least important lines that are written.",
    "出力する最低の重要度。",
  ),
  format: choice(
    ["text", "json"],
    "text",
    "text for people, json for machines (one object a line).",
    "text は人向け、json は機械向け（1 行 1 オブジェクト）。",
  ),
}).meta({
  description: "The log, on standard error.",
  descriptionJa: "標準エラー出力へのログ。",
});
