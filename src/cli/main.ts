import { type Command, CommanderError } from "commander";
import { nearest } from "../errors/mod.ts";
import { Exit } from "./exit.ts";
import { reportFailure, usage } from "./failure.ts";
import { buildProgram } from "./program.ts";
import { short } from "./values.ts";

/** Runs one command line. Gives the exit code of the process. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const program = buildProgram();
    await program.parseAsync(ordered(args, program), { from: "user" });
    return Deno.exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === Exit.ok) {
      return Exit.ok;
    }
    const error = thrown instanceof CommanderError
      ? usage(sentenceOf(thrown))
      : thrown;
    return reportFailure(error, args.includes("--json"));
  }
}

/** `--json` may also stand before the command, and a task runner may leave a `--` in front. */
function ordered(args: readonly string[], program: Command): string[] {
  const rest = args[0] === "--" ? args.slice(1) : [...args];
  let leading = 0;
  while (rest[leading] === "--json") leading++;
  const first = rest[leading];
  if (first === undefined || first.startsWith("-")) return rest;
  const names = program.commands.map((command) => command.name());
  if (first !== "help" && !names.includes(first)) {
    throw unknownCommand(first, names);
  }
  return [...rest.slice(leading), ...rest.slice(0, leading)];
}

function unknownCommand(name: string, names: readonly string[]) {
  const near = nearest(name, names);
  return usage(
    `There is no command "${short(name)}"; ${
      near === undefined ? "see --help." : `did you mean ${near}?`
    }`,
  );
}

/** Commander's message as one sentence. */
function sentenceOf({ message, code }: CommanderError): string {
  if (code === "commander.help") return "A command is missing; see --help.";
  const text = message
    .replace(/^error: /, "")
    .replace(
      /^too many arguments for '(.*)'\. Expected .*: (.*)\.$/s,
      "$1 takes no argument $2",
    )
    .replace(/\n\(Did you mean (.*)\?\)$/, "; did you mean $1?");
  return `${text[0]?.toUpperCase()}${text.slice(1)}${
    /[.?]$/.test(text) ? "" : "; see --help."
  }`;
}
