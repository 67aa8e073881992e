import type { Command } from "commander";
import { command, does } from "../command.ts";
import * as values from "../values.ts";

export interface TestnetOptions {
  hosts: string[];
  home: string;
  rpcHost: string;
  blockTime?: number;
}

/** `testnet`: the homes of a network of several machines. */
export function testnet(): Command {
  const testnet = command({
    name: "testnet",
    summary: "make the homes of a test network of several machines",
    description:
      "Makes one home for each address, node0 and so on, of a new chain whose validators they are, with the usual ports; starts nothing. " +
      "Bring each home to its machine and run there: start --home DIR. Homes that are there already are kept. " +
      "The keys of all validators are made in one place, and the first home holds funded accounts in clear: for tests.",
    examples: [
      [
        "testnet --hosts 203.0.113.11,203.0.113.12,203.0.113.13,203.0.113.14",
        "four homes in ./testnet",
      ],
    ],
  })
    .requiredOption(
      "--hosts <addresses>",
      "IPv4 addresses under which the validators reach each other, 1 to 100, with commas",
      values.hosts,
    )
    .option("--home <dir>", "directory of the homes", "./testnet")
    .option(
      "--rpc-host <address>",
      "where each API listens; it has no authentication",
      "127.0.0.1",
    )
    .option(
      "--block-time <time>",
      "least time between two blocks: 40, 40ms or 1s",
      values.duration("--block-time", 1, 60_000),
    );
  return does<TestnetOptions>(
    testnet,
    async () => (await import("./testnet_run.ts")).runTestnet,
  );
}
