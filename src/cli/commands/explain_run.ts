import {
  allErrors,
  type ErrorDescription,
  findError,
  nearest,
} from "../../errors/mod.ts";
import { usage } from "../failure.ts";
import { bold, dim, type Output } from "../output.ts";
import { table } from "../table.ts";
import { short } from "../values.ts";
import type { ExplainOptions } from "./explain.ts";

/** Explains one code, or lists all. */
export async function runExplain(
  output: Output,
  options: ExplainOptions,
  [code]: (string | undefined)[],
): Promise<void> {
  const japanese = isJapanese(options.lang);
  if (code === undefined) {
    const codes = allErrors();
    await output.result({ codes: codes.map(codeJson) }, () =>
      table(
        ["Code", "Name"],
        codes.map((entry) => [entry.code, entry.name]),
      ));
    return;
  }
  const found = findError(code);
  if (found === undefined) throw unknown(code);
  await output.result(codeJson(found), () => text(found, japanese));
}

function codeJson({ sentenceJa, remedyJa, ...rest }: ErrorDescription): object {
  return { ...rest, sentence_ja: sentenceJa, remedy_ja: remedyJa };
}

function text(entry: ErrorDescription, japanese: boolean): string {
  const [sentence, remedy] = japanese
    ? [entry.sentenceJa, entry.remedyJa]
    : [entry.sentence, entry.remedy];
  return `${bold(`${entry.code} ${entry.name}`)}\n${sentence}\n${
    dim("→")
  } ${remedy}`;
}

function isJapanese(lang: string | undefined): boolean {
  if (lang !== undefined && lang !== "en" && lang !== "ja") {
    throw usage(`--lang must be en or ja, not "${short(lang)}".`);
  }
  const env = ["LC_ALL", "LC_MESSAGES", "LANG"].map((name) =>
    Deno.env.get(name)
  ).find(Boolean);
  return (lang ?? env ?? "").startsWith("ja");
}

function unknown(code: string) {
  const near = nearest(
    code.toUpperCase(),
    allErrors().map((entry) => entry.name),
  );
  return usage(
    `There is no error code "${short(code)}"; ${
      near === undefined
        ? "run explain without a code for the list."
        : `did you mean ${near}?`
    }`,
  );
}
