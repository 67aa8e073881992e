import type { Command } from "commander";
import { command, does } from "../command.ts";

export interface ExplainOptions {
  lang?: string;
}

/** `explain`: what an error code means. */
export function explain(): Command {
  const explain = command({
    name: "explain [code]",
    summary: "say what an error code means and what to do",
    description:
      "Explains an error code by its number or its name, in English or Japanese (--lang, else the language of the terminal). " +
      "Without a code it lists them all.",
    examples: [
      ["explain 200", "by number"],
      ["explain NONCE_USED --lang ja", "by name, in Japanese"],
      ["explain", "the whole list"],
    ],
  });
  explain.option("--lang <en|ja>", "language");
  return does<ExplainOptions>(
    explain,
    async () => (await import("./explain_run.ts")).runExplain,
  );
}
