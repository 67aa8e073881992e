import {
  parseResident,
  parseStat,
  parseUptime,
  type ProcStat,
} from "./proc_stat.ts";
import type { CpuPerTransaction } from "./types.ts";

/** CPU time of one process so far. */
export interface CpuReading {
  /** The whole process, threads that have ended included. */
  process: ProcStat;
  threads: ProcStat[];
}

/** What one thread used between two readings. */
export interface ThreadUse {
  name: string;
  cpuUs: number;
}

/** Threads of the platform, whose own names are cut off or mean nothing; workers name themselves. */
const NAMES: readonly [RegExp, string][] = [
  [/^V8 /, "V8"],
  [/^tokio-/, "tokio"],
  [/^sw-\d+$/, "sqlite"],
];

/** Threads that started and ended between the readings, and rounding. */
const OTHERS = "ended threads";

/** Reads at once, so that nothing of this process comes in between. */
export function readCpu(pid: number): CpuReading {
  const threads: ProcStat[] = [];
  for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
    try {
      threads.push(
        parseStat(Deno.readTextFileSync(`/proc/${pid}/task/${name}/stat`)),
      );
    } catch (error) {
      // Ended since it was listed.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return {
    process: parseStat(Deno.readTextFileSync(`/proc/${pid}/stat`)),
    threads,
  };
}

export function readResident(pid: number): number {
  return parseResident(Deno.readTextFileSync(`/proc/${pid}/status`));
}

/** Microseconds since the machine started: the clock of V8's profiles. */
export function readUptimeUs(): number {
  return parseUptime(Deno.readTextFileSync("/proc/uptime"));
}

/** What every thread of a process used; all together it is what the process used. */
export function threadUse(before: CpuReading, after: CpuReading): ThreadUse[] {
  const earlier = new Map(before.threads.map(({ id, cpuUs }) => [id, cpuUs]));
  const used = after.threads.map(({ id, name, cpuUs }) => ({
    name: id === after.process.id ? "main" : nameOf(name),
    cpuUs: cpuUs - (earlier.get(id) ?? 0),
  }));
  const known = used.reduce((sum, { cpuUs }) => sum + cpuUs, 0);
  const all = after.process.cpuUs - before.process.cpuUs;
  if (all > known) used.push({ name: OTHERS, cpuUs: all - known });
  return used;
}

function nameOf(name: string): string {
  return NAMES.find(([known]) => known.test(name))?.[1] ?? name;
}

/** Shares the CPU time of all nodes out among the transfers. */
export function cpuPerTransaction(
  nodes: readonly (readonly ThreadUse[])[],
  transactions: number,
): CpuPerTransaction {
  const threads = nodes.flat();
  const us = (cpuUs: number) => cpuUs / Math.max(1, transactions);
  const total = us(threads.reduce((sum, { cpuUs }) => sum + cpuUs, 0));
  const byName = Map.groupBy(threads, ({ name }) => name);
  const byThread = [...byName].map(([name, group]) => ({
    name,
    us: us(group.reduce((sum, { cpuUs }) => sum + cpuUs, 0)) / nodes.length,
  }));
  return {
    total,
    per_validator: total / nodes.length,
    busiest_thread: us(Math.max(0, ...threads.map(({ cpuUs }) => cpuUs))),
    by_thread: Object.fromEntries(
      byThread.filter((one) => one.us > 0).sort((a, b) => b.us - a.us)
        .map((one) => [one.name, one.us]),
    ),
  };
}
