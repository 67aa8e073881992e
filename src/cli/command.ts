import { Command } from "commander";
import { type Output, processOutput } from "./output.ts";
import * as values from "./values.ts";

export { Command } from "commander";

export interface CommandText {
  /** With its arguments, e.g. `account <address>`. */
  name: string;
  summary: string;
  description: string;
  /** Command lines without the program's name, each with what it does. */
  examples: readonly (readonly [string, string])[];
}

/** A command with the options that all have, and examples at the end of its help. */
export function command(
  { name, summary, description, examples }: CommandText,
): Command {
  const [verb, ...args] = name.split(" ");
  const command = new Command(verb);
  for (const argument of args) command.argument(argument);
  return command
    .summary(summary)
    .description(description)
    .option("--json", "print the result as one JSON object on one line")
    .addHelpText("after", `\nExamples:\n${examples.map(example).join("\n")}`);
}

function example([line, what]: readonly [string, string]): string {
  return `  $ rustorium ${line}\n      ${what}`;
}

/** Runs a command: its output, its options, then its arguments. */
export type Run<O> = (
  output: Output,
  options: O,
  args: (string | undefined)[],
) => Promise<void>;

/** Attaches what a command does. It is loaded only when the command is used. */
export function does<O>(
  command: Command,
  load: () => Promise<Run<O>>,
): Command {
  return command.action(async (...all: unknown[]) => {
    const args = all.slice(0, -2) as (string | undefined)[];
    const options = command.opts<O & { json?: boolean }>();
    const run = await load();
    await run(processOutput(options.json === true), options, args);
  });
}

export interface RpcOptions {
  rpc: string;
}

/** `--rpc URL`, of every command that talks to a node. */
export function withRpc(command: Command): Command {
  return command.option(
    "--rpc <url>",
    "the node's API",
    values.url,
    Deno.env.get("RUSTORIUM_RPC") ?? "http://127.0.0.1:26657",
  );
}

export interface HomeOptions {
  home: string;
}

/** `--home DIR`. */
export function withHome(command: Command): Command {
  return command.option(
    "--home <dir>",
    "directory of the node",
    Deno.env.get("RUSTORIUM_HOME") ?? "./data",
  );
}

export interface PassphraseOptions {
  passphraseFile?: string;
}

export interface KeystoreOptions extends HomeOptions, PassphraseOptions {
  keystore?: string;
}

/** Where keys are looked for, and how they are opened. */
export function withKeystore(command: Command): Command {
  return withHome(command)
    .option(
      "--keystore <dir>",
      "directory of the keystore (default: keystore in --home)",
    )
    .option(
      "--passphrase-file <file>",
      "file whose first line is the passphrase (else RUSTORIUM_PASSPHRASE, else asked for)",
    );
}

export interface ProveOptions extends HomeOptions {
  prove?: boolean;
  genesis?: string;
}

/** `--prove`, and where the trust starts. */
export function withProof(command: Command): Command {
  return withHome(command)
    .option("--prove", "verify a proof against the commit certificate")
    .option(
      "--genesis <file>",
      "genesis file to trust (default: genesis.json in --home)",
    );
}
