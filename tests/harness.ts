/** Real node processes for tests: start, wait until ready, ask the command line, kill by pid. */
import assert from "node:assert/strict";
import { type Client, createClient } from "../mod.ts";
import { type Lines, readLines } from "./support/lines.ts";

const ROOT = new URL("../", import.meta.url);
const READY_MS_MAX = 60_000;
const STOP_MS_MAX = 20_000;

export interface DevAccount {
  address: string;
  secret_key: string;
}

/** The first line that a node prints with `--json`. */
export interface Ready {
  event: "ready";
  chain_id: string;
  rpc: string;
  p2p: string[];
  accounts: DevAccount[];
  /** Of a validator that breaks the rules: whose name it signs with, in hex. */
  address?: string;
}

export interface NodeProcess {
  ready: Ready;
  client: Client;
  pid: number;
  /** SIGINT, as Ctrl-C does; gives the exit code. */
  stop(): Promise<number>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** The last lines of its log. */
  log(): string;
  /** A short while, for tests that ask again and again. */
  moment(): Promise<void>;
}

/** Starts a node and kills it with SIGKILL, most likely before it is ready. */
export async function startAndKill(home: string, afterMs: number) {
  const child = spawn(["dev", "--home", home, "--rpc-port", "0", "--json"]);
  readLines(child.stdout);
  readLines(child.stderr);
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  child.kill("SIGKILL");
  await child.status;
}

/** What the command line printed. */
export interface CliResult {
  code: number;
  /** The last line of standard output, parsed. */
  // deno-lint-ignore no-explicit-any -- every command has its own form, asserted by the tests
  json: any;
  stdout: string;
  stderr: string;
}

function spawn(args: string[], script = "main.ts"): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", script, ...args],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

function within<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} in ${ms} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function firstLine(out: Lines, log: Lines): Promise<Ready> {
  const line = await out.next();
  assert.ok(line !== undefined, `ended before it was ready:\n${log.tail()}`);
  const ready = JSON.parse(line);
  assert.equal(ready.event, "ready", `${line}\n${log.tail()}`);
  return ready;
}

/** Runs `dev` on a home and waits for its ready line. The RPC port is a free one, unless the home's is kept. */
export async function startNode(
  home: string,
  { command = "dev", args = [] as string[], rpcPort = "free" } = {},
): Promise<NodeProcess> {
  const port = rpcPort === "free" ? ["--rpc-port", "0"] : [];
  return await started(
    spawn([command, "--home", home, ...port, "--json", ...args]),
  );
}

/** Runs a validator that breaks the rules, as one of `BEHAVIOURS` of src/simulation, on a home that exists. */
export async function startByzantine(
  home: string,
  behaviour: string,
): Promise<NodeProcess> {
  const script = "tests/support/byzantine_node.ts";
  return await started(spawn([home, behaviour], script));
}

async function started(child: Deno.ChildProcess): Promise<NodeProcess> {
  const out = readLines(child.stdout);
  const log = readLines(child.stderr);
  const exited = child.status.then(({ code }) => code);
  const end = async (signal: Deno.Signal) => {
    try {
      child.kill(signal);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // ended already
    }
    return await within(exited, STOP_MS_MAX, `end after ${signal}`);
  };
  try {
    const ready = await within(firstLine(out, log), READY_MS_MAX, "ready line");
    return {
      ready,
      client: createClient({ url: ready.rpc }),
      pid: child.pid,
      stop: () => end("SIGINT"),
      kill: async () => void await end("SIGKILL"),
      log: () => log.tail(),
      moment: () => new Promise((resolve) => setTimeout(resolve, 50)),
    };
  } catch (error) {
    await end("SIGKILL");
    throw error;
  }
}

/** Runs one command with `--json`. */
export async function cli(...args: string[]): Promise<CliResult> {
  const output = await spawn([...args, "--json"]).output();
  const stdout = new TextDecoder().decode(output.stdout);
  const stderr = new TextDecoder().decode(output.stderr);
  const last = stdout.trimEnd().split("\n").at(-1) ?? "";
  const json = last.startsWith("{") ? JSON.parse(last) : undefined;
  return { code: output.code, json, stdout, stderr };
}

/** Runs one command that must succeed; gives its object. */
export async function ask(...args: string[]): Promise<CliResult["json"]> {
  const result = await cli(...args);
  assert.equal(
    result.code,
    0,
    `${args.join(" ")}: ${result.stdout}${result.stderr}`,
  );
  assert.ok(result.json, `${args.join(" ")} printed no object`);
  return result.json;
}

/** A fresh folder, removed afterwards. */
export async function withHome(
  use: (home: string) => Promise<void>,
): Promise<void> {
  const home = await Deno.makeTempDir({ prefix: "rustorium-test-" });
  try {
    await use(home);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

/** A dev chain in a fresh home, stopped afterwards. */
export async function withNode(
  use: (node: NodeProcess, home: string) => Promise<void>,
  args: string[] = [],
): Promise<void> {
  await withHome(async (home) => {
    const node = await startNode(home, { args });
    try {
      await use(node, home);
    } finally {
      await node.stop();
    }
  });
}
