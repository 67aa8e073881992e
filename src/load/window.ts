import type { Clock } from "../platform/mod.ts";
import type { Arrival, BlockWatch } from "./blocks.ts";
import {
  type CpuReading,
  readCpu,
  readMachineUs,
  readResident,
  readUptimeUs,
  type ThreadUse,
  threadUse,
} from "./cpu.ts";
import { MemoryWatch } from "./memory.ts";
import type { LoadNode } from "./types.ts";

/** How far the flood is. */
interface Progress {
  readonly taken: number;
  readonly starvedMs: number;
  takeLateMs(): number;
}

/** What was seen between two blocks: from the arrival of one to the arrival of the other. */
export interface Window {
  first: Arrival;
  last: Arrival;
  /** For each node. */
  cpu: ThreadUse[][];
  memory: MemoryWatch;
  /** Of the process that makes the load. */
  generator: {
    cpu: ThreadUse[];
    residentBytes: number;
    /** Transfers sent. */
    sent: number;
    starvedMs: number;
    lateMs: number;
  };
  /** CPU time of everything that ran on the machine. */
  machineUs: number;
  uptimeUs: { first: number; last: number };
}

/** Measures from the next block that has transactions until the first one after `end`. */
export async function measureWindow(
  { clock, nodes, watch, flood, end }: {
    clock: Clock;
    nodes: readonly LoadNode[];
    watch: BlockWatch;
    flood: Progress;
    /** Called when the window begins; resolves when it may end. */
    end: () => Promise<unknown>;
  },
): Promise<Window> {
  const look = (at: Arrival) => ({
    at,
    cpu: nodes.map(({ pid }): CpuReading => readCpu(pid)),
    own: readCpu(Deno.pid),
    machineUs: readMachineUs(),
    uptimeUs: readUptimeUs(),
    sent: flood.taken,
    starvedMs: flood.starvedMs,
    lateMs: flood.takeLateMs(),
  });
  const before = await watch.next(look);
  const memory = new MemoryWatch(clock, nodes);
  try {
    await end();
    const after = await watch.next(look);
    return {
      first: before.at,
      last: after.at,
      cpu: nodes.map((_, n) => threadUse(before.cpu[n]!, after.cpu[n]!)),
      memory,
      generator: {
        cpu: threadUse(before.own, after.own),
        residentBytes: readResident(Deno.pid),
        sent: after.sent - before.sent,
        starvedMs: after.starvedMs - before.starvedMs,
        lateMs: after.lateMs,
      },
      machineUs: after.machineUs - before.machineUs,
      uptimeUs: { first: before.uptimeUs, last: after.uptimeUs },
    };
  } finally {
    memory.stop();
  }
}
