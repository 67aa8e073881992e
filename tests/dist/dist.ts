/** The distribution as a stranger's machine has it: one file, no Deno, no caches, hardly any environment. */
import assert from "node:assert/strict";
import type { DevAccount } from "../harness.ts";
import { readLines } from "../support/lines.ts";

const ROOT = new URL("../../", import.meta.url);

/** All programs that unpacking needs; starting again needs the first three. */
export const PROGRAMS = [
  ...["sh", "uname", "dirname", "sha256sum", "tail", "gzip", "tar"],
  ...["mkdir", "mktemp", "mv", "rm"],
];

/** Builds it into `out`, as `deno task dist` does. Gives what that says. */
export async function build(out: string): Promise<string> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "tools/dist.ts", "--out", out],
    cwd: ROOT,
    // Nobody answers there: as on a machine without a way to Deno's server.
    env: { HTTPS_PROXY: "http://127.0.0.1:9" },
  }).output();
  const said = new TextDecoder().decode(stderr);
  assert.equal(code, 0, said);
  return said;
}

/** A machine on which only the file and a few programs are. */
export interface Machine {
  directory: string;
  file: string;
  env: Record<string, string>;
}

/** Puts `file` on a machine in `directory`, with only these programs. */
export async function machineIn(
  directory: string,
  file: string,
  programs: readonly string[] = PROGRAMS,
): Promise<Machine> {
  const [bin, home] = [`${directory}/bin`, `${directory}/home`];
  await Deno.mkdir(bin, { recursive: true });
  await Deno.mkdir(home, { recursive: true });
  for (const name of programs) {
    const folder = ["/usr/bin", "/bin"].find((folder) =>
      exists(`${folder}/${name}`)
    );
    assert.ok(folder, `${name} is not on this machine`);
    await Deno.symlink(`${folder}/${name}`, `${bin}/${name}`)
      .catch(ignoreExisting);
  }
  await Deno.copyFile(file, `${directory}/rustorium`);
  return {
    directory,
    file: `${directory}/rustorium`,
    env: { HOME: home, PATH: bin },
  };
}

/** A machine that is used again. */
function ignoreExisting(error: unknown): void {
  if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function spawn({ directory, file, env }: Machine, args: string[]) {
  return new Deno.Command(file, {
    args,
    env,
    clearEnv: true,
    cwd: directory,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Runs a command to its end. */
export async function run(machine: Machine, ...args: string[]) {
  const output = await spawn(machine, args).output();
  const [stdout, stderr] = [output.stdout, output.stderr]
    .map((bytes) => new TextDecoder().decode(bytes).trimEnd()) as [
      string,
      string,
    ];
  // deno-lint-ignore no-explicit-any -- every command has its own form, asserted by the tests
  const json = (): any => JSON.parse(stdout.split("\n").at(-1)!);
  return { code: output.code, stdout, stderr, json };
}

/** The ready line of `dev` and `localnet`, as far as it is used here. */
export interface ReadyLine {
  event: string;
  rpc: string;
  nodes: { rpc: string; pid: number }[];
  accounts: DevAccount[];
}

/** Starts a node or a localnet, hands over what it says once it is ready, and ends it with Ctrl-C. Gives the exit code. */
export async function whileRunning(
  machine: Machine,
  args: string[],
  use: (ready: ReadyLine, pid: number) => Promise<void>,
): Promise<number> {
  const child = spawn(machine, [...args, "--json"]);
  const out = readLines(child.stdout);
  const story = readLines(child.stderr);
  try {
    const line = await out.next();
    const ready = JSON.parse(line ?? "{}");
    assert.equal(ready.event, "ready", `${line}\n${story.tail()}`);
    await use(ready, child.pid);
  } finally {
    child.kill("SIGINT");
  }
  return (await child.status).code;
}

/** Pays from the first account to the second over `rpc`; it must become final. */
export async function transfer(
  machine: Machine,
  rpc: string,
  [from, to]: DevAccount[],
): Promise<void> {
  const sent = await run(
    ...[machine, "send", "--from", from!.secret_key] as const,
    ...["--to", to!.address, "--amount", "7", "--rpc", rpc, "--json"],
  );
  assert.equal(sent.code, 0, sent.stdout + sent.stderr);
  assert.ok(sent.json().height > 0);
}
