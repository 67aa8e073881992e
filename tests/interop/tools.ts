/** Programs that tests bring others' libp2p with. */
import assert from "node:assert/strict";

/** Downloads and a build from nothing fit into it. */
const RUN_MS_MAX = 15 * 60_000;

/** Runs a program in a folder; gives what it prints. */
export async function run(
  cwd: string,
  [program, ...args]: readonly string[],
): Promise<string> {
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(), RUN_MS_MAX);
  const command = new Deno.Command(program!, {
    ...{ cwd, args },
    signal: end.signal,
  });
  const { success, stdout, stderr } = await command.output()
    .finally(() => clearTimeout(timer));
  const text = new TextDecoder();
  assert.ok(success, `${program} ${args.join(" ")}: ${text.decode(stderr)}`);
  return text.decode(stdout);
}

/** Whether a program is there. */
export async function has(
  program: string,
  ...args: string[]
): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args }).output()).success;
  } catch {
    return false;
  }
}
