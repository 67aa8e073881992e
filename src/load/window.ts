import type { Clock } from "../platform/mod.ts";
import type { Arrival, BlockWatch } from "./blocks.ts";
import {
  type CpuReading,
  readCpu,
  readResident,
  type ThreadUse,
  threadUse,
} from "./cpu.ts";
import type { LoadNode } from "./types.ts";

/** What was seen between two blocks: from the arrival of one to the arrival of the other. */
export interface Window {
  first: Arrival;
  last: Arrival;
  /** For each node. */
  cpu: ThreadUse[][];
  /** The most that one node had in memory at any look. */
  residentBytes: number;
}

const LOOK_MS = 500;

/** Measures from the next block that has transactions until the first one after `end`. */
export async function measureWindow(
  { clock, nodes, watch, end }: {
    clock: Clock;
    nodes: readonly LoadNode[];
    watch: BlockWatch;
    /** Called when the window begins; resolves when it may end. */
    end: () => Promise<unknown>;
  },
): Promise<Window> {
  const look = (at: Arrival) => ({
    at,
    cpu: nodes.map(({ pid }): CpuReading => readCpu(pid)),
  });
  const before = await watch.next(look);
  const resident = watchResident(clock, nodes);
  await end();
  const after = await watch.next(look);
  return {
    first: before.at,
    last: after.at,
    cpu: nodes.map((_, n) => threadUse(before.cpu[n]!, after.cpu[n]!)),
    residentBytes: resident.stop(),
  };
}

function watchResident(clock: Clock, nodes: readonly LoadNode[]) {
  let most = 0;
  const look = () => {
    most = Math.max(most, ...nodes.map(({ pid }) => readResident(pid)));
    timer = clock.schedule(LOOK_MS, look);
  };
  let timer = clock.schedule(0, look);
  return {
    stop() {
      timer.cancel();
      look();
      timer.cancel();
      return most;
    },
  };
}
