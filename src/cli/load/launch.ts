import { ErrorCode, fault, RustoriumError } from "../../errors/mod.ts";
import type { Launch, LoadNode } from "../../load/mod.ts";
import { defaultParameters } from "../home/mod.ts";
import { openLocalnet } from "../localnet/mod.ts";
import { NodeProcess } from "../node_process.ts";

export interface LaunchOptions {
  /** The homes lie in it. */
  directory: string;
  validators: number;
  /** Of each. */
  shards: number;
  /** Of `deno run`, for the node with that number. */
  runtimeArgs?: (node: number) => readonly string[];
}

const SAID_CHARACTERS = 2_000;

/** Validators in processes of their own. Disposing ends them, also those that are about to start. */
export function launchNodes(
  { directory, validators, shards, runtimeArgs = () => [] }: LaunchOptions,
): { launch: Launch; [Symbol.asyncDispose](): Promise<void> } {
  const processes: NodeProcess[] = [];
  let closed = false;
  let making: Promise<unknown> = Promise.resolve();
  return {
    async launch(addresses, balance) {
      const opening = openLocalnet(directory, {
        validators,
        slow: false,
        funded: { addresses, balance },
      });
      making = opening.catch(() => {});
      const { nodes } = await opening;
      if (closed) throw fault(ErrorCode.SHUTTING_DOWN);
      const started = nodes.map(({ home }, n) => {
        // The home's own ports; Ctrl-C is for the load, which ends them.
        const node = NodeProcess.start(home, {
          args: ["--shards", String(shards)],
          ...{ detached: true, runtimeArgs: runtimeArgs(n) },
        });
        processes.push(node);
        return loadNode(n, home, node);
      });
      return await Promise.all(started);
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      await making;
      await Promise.all(processes.map((node) => node.kill()));
    },
  };
}

async function loadNode(
  number: number,
  home: string,
  node: NodeProcess,
): Promise<LoadNode> {
  const { rpc } = await node.ready();
  let stopping = false;
  const failed = node.ended.then(async (exit): Promise<never> => {
    if (stopping) return await new Promise(() => {});
    throw await endOf(number, node, exit);
  });
  failed.catch(() => {});
  return {
    ...{ rpc, home, failed, pid: node.pid },
    parameters: defaultParameters(),
    stop() {
      stopping = true;
      return node.stop();
    },
  };
}

/** Why a node is gone. What it said is kept, the homes are not. */
async function endOf(
  number: number,
  { reason, story }: NodeProcess,
  exit: number,
): Promise<RustoriumError> {
  const log = await Deno.makeTempFile({
    prefix: `rustorium-load-node${number}-`,
    suffix: ".log",
  });
  await Deno.writeTextFile(log, story);
  const why = reason ?? `exit code ${exit}.`;
  return new RustoriumError(ErrorCode.RPC_UNREACHABLE, {
    message: `Node ${number} ended while the load ran, with ${why} See ${log}.`,
    detail: { exit, said: story.slice(-SAID_CHARACTERS), log },
  });
}
