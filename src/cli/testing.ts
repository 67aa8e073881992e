import assert from "node:assert/strict";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/** What a process of the command line left behind. */
export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
  /** The last line of stdout, as JSON. */
  // deno-lint-ignore no-explicit-any -- every command has its own form, asserted by the tests
  json: () => any;
}

export interface RunOptions {
  env?: Record<string, string>;
  stdin?: string;
}

/** Runs `main.ts` as a process. */
export async function rustorium(
  args: readonly string[],
  { env = {}, stdin = "" }: RunOptions = {},
): Promise<Ran> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", MAIN, ...args],
    env: { NO_COLOR: "1", LANG: "C", ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(stdin));
  await writer.close();
  const output = await child.output();
  const [stdout, stderr] = [output.stdout, output.stderr]
    .map((bytes) => new TextDecoder().decode(bytes)) as [string, string];
  const json = () => JSON.parse(stdout.trimEnd().split("\n").at(-1)!);
  return { code: output.code, stdout, stderr, json };
}

/** With `--json` a failure is one object on one line of stdout, and nothing else. */
export function assertFailure(ran: Ran, exit: number, name: string): void {
  assert.equal(ran.code, exit, ran.stdout + ran.stderr);
  assert.equal(ran.stdout.trimEnd().split("\n").length, 1);
  const { error } = ran.json();
  assert.equal(error.name, name);
  assert.equal(typeof error.code, "number");
  assert.match(error.message, /[.?]$/);
}

/** Calls `test` with an empty directory, gone afterwards. */
export async function inDirectory(
  test: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
