import type { Command } from "commander";
import { command, does, type HomeOptions, withHome } from "../command.ts";

export interface InitOptions extends HomeOptions {
  chainId?: string;
  account: string[];
  genesis?: string;
  bootstrap: string[];
}

/** `init`: the home of a node. */
export function init(): Command {
  const init = command({
    name: "init",
    summary: "make the home of a node",
    description:
      "Makes a home: a commented config.toml, a validator key, and the genesis of a new chain whose only validator is this node. " +
      "With --genesis the node joins a chain that exists, and follows it unless the genesis names its key. What is there already is kept.",
    examples: [
      [
        "init --home node1",
        "a new chain; everything belongs to the validator's address",
      ],
      [
        "init --chain-id my-chain --account rst1…=1000000",
        "a chain with its name and accounts",
      ],
      [
        "init --home node2 --genesis node1/genesis.json --bootstrap /ip4/203.0.113.7/udp/26656/quic-v1",
        "another node for the same chain, which finds it there",
      ],
    ],
  });
  withHome(init)
    .option(
      "--chain-id <id>",
      "name of the new chain (default: rustorium- and six random digits)",
    )
    .option(
      "--account <address=amount>",
      "who holds how many base units at the start; may be given many times",
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .option("--genesis <file>", "use this genesis instead of making one")
    .option(
      "--bootstrap <multiaddr>",
      "a node of the chain of --genesis, to begin with; may be given many times",
      (value: string, all: string[]) => [...all, value],
      [],
    );
  return does<InitOptions>(
    init,
    async () => (await import("./init_run.ts")).runInit,
  );
}
