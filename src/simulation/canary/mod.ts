/** Faults that no node may have: each must be caught, or the checker is worth nothing. */
import { Cluster, type ClusterOptions } from "../cluster.ts";
import { forgetful } from "./forgetful.ts";
import { minting } from "./minting.ts";
import { withWrongByte } from "./wrong_byte.ts";
import { withQuorumOfOne } from "./wrong_quorum.ts";

/** What is wrong, and the end of the violation by which it shows. */
export interface Canary {
  options: Omit<ClusterOptions, "seed">;
  shows: string;
}

/** Virtual time within which it must be caught, and how often all nodes crash meanwhile. */
const ROUND_MS = 250;
const ROUNDS_MAX = 60;

export const CANARIES: Readonly<Record<string, Canary>> = {
  wrongQuorum: {
    options: { wrapCore: withQuorumOfOne },
    shows: "two decisions",
  },
  withoutTwoThirds: {
    options: { wrapCore: withQuorumOfOne },
    shows: "a decision without two thirds",
  },
  forgetfulLog: {
    options: { hardware: forgetful },
    shows: "two messages signed for one place",
  },
  wrongByte: {
    options: {
      wrapExecutor: (index) => (executor) =>
        index === 0 ? withWrongByte(executor, 5n) : executor,
    },
    shows: "two states",
  },
  minting: {
    options: { chain: minting() },
    shows: "1 more than the supply",
  },
};

/** Whether the checker catches it. */
export async function isCaught(
  { options, shows }: Canary,
  seed: string | number,
): Promise<boolean> {
  const cluster = new Cluster({ ...options, seed });
  const { checker } = cluster;
  const isSeen = () => checker.violations.some((one) => one.endsWith(shows));
  await cluster.start();
  for (let round = 0; round < ROUNDS_MAX && !isSeen(); round++) {
    // It stops at the first violation of whatever kind.
    await cluster.run(ROUND_MS, ROUND_MS).catch(() => undefined);
    if (options.hardware) await cycle(cluster, options.hardware);
  }
  await cluster.stop();
  return isSeen();
}

async function cycle(
  cluster: Cluster,
  hardware: NonNullable<ClusterOptions["hardware"]>,
): Promise<void> {
  for (const index of cluster.nodes.keys()) {
    await cluster.crash(index);
    await cluster.restart(index, hardware(index));
  }
}
