/** A localnet in a process of its own. */
import assert from "node:assert/strict";
import type { DevAccount } from "../harness.ts";
import { readLines } from "./lines.ts";

const ROOT = new URL("../../", import.meta.url);

export interface LocalnetProcess {
  nodes: { rpc: string; p2p: string[]; pid: number; home: string }[];
  accounts: DevAccount[];
  /** SIGKILL for one node. */
  kill(index: number): void;
  /** SIGINT for all of it, as Ctrl-C does. */
  stop(): Promise<void>;
}

/** Starts validators in `home` and waits until all of them answer. */
export async function startLocalnet(
  home: string,
  validators: number,
): Promise<LocalnetProcess> {
  const args = ["localnet", "--validators", String(validators)];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "main.ts", ...args, "--home", home, "--json"],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const out = readLines(child.stdout);
  const story = readLines(child.stderr);
  const line = await out.next();
  const ready = JSON.parse(line ?? "{}");
  assert.equal(ready.event, "ready", `${line}\n${story.tail()}`);
  assert.equal(ready.nodes.length, validators);
  return {
    ...ready,
    kill: (index) => Deno.kill(ready.nodes[index].pid, "SIGKILL"),
    async stop() {
      child.kill("SIGINT");
      await child.status;
    },
  };
}
