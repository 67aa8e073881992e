import {
  parseMachine,
  parsePeak,
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
  /** Of it, in the kernel. */
  kernelUs: number;
}

/** Threads of the platform, whose own names are cut off or mean nothing; workers name themselves. */
const NAMES: readonly [RegExp, string][] = [
  [/^V8 /, "V8"],
  [/^tokio-/, "tokio"],
  [/^sw-\d+$/, "sqlite"],
];

/** Threads that ended between the readings, and what counting in ticks cuts off of each. */
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

/** Resident memory in bytes; 0 of a process that has ended, which is for others to tell. */
export function readResident(pid: number): number {
  return parseResident(readStatus(pid));
}

/** The most that was resident since the process started. */
export function readPeak(pid: number): number {
  return parsePeak(readStatus(pid));
}

function readStatus(pid: number): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/status`);
  } catch (error) {
    const { code } = error as { code?: string };
    // Ended before it was opened, or since.
    if (code === "ENOENT" || code === "ESRCH") return "";
    throw error;
  }
}

/** CPU time of all that runs on the machine, so far. */
export function readMachineUs(): number {
  return parseMachine(Deno.readTextFileSync("/proc/stat")).busyUs;
}

/** Microseconds since the machine started: the clock of V8's profiles. */
export function readUptimeUs(): number {
  return parseUptime(Deno.readTextFileSync("/proc/uptime"));
}

/** What every thread of a process used; all together it is what the process used. */
export function threadUse(before: CpuReading, after: CpuReading): ThreadUse[] {
  const earlier = new Map(before.threads.map((one) => [one.id, one]));
  const used = after.threads.map(({ id, name, cpuUs, kernelUs }) => ({
    name: id === after.process.id ? "main" : nameOf(name),
    cpuUs: cpuUs - (earlier.get(id)?.cpuUs ?? 0),
    kernelUs: kernelUs - (earlier.get(id)?.kernelUs ?? 0),
  }));
  const known = sumOf(used);
  const { process } = after;
  const all = process.cpuUs - before.process.cpuUs;
  const kernel = process.kernelUs - before.process.kernelUs;
  if (all > known.cpuUs) {
    used.push({
      name: OTHERS,
      cpuUs: all - known.cpuUs,
      kernelUs: Math.max(0, kernel - known.kernelUs),
    });
  }
  return used;
}

/** Of all threads together. */
export function sumOf(threads: readonly ThreadUse[]) {
  return {
    cpuUs: threads.reduce((sum, { cpuUs }) => sum + cpuUs, 0),
    kernelUs: threads.reduce((sum, { kernelUs }) => sum + kernelUs, 0),
  };
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
  const all = sumOf(threads);
  const total = us(all.cpuUs);
  const byName = Map.groupBy(threads, ({ name }) => name);
  const byThread = [...byName].map(([name, group]) => ({
    name,
    us: us(sumOf(group).cpuUs) / nodes.length,
  }));
  return {
    total,
    per_validator: total / nodes.length,
    busiest_thread: us(Math.max(0, ...threads.map(({ cpuUs }) => cpuUs))),
    kernel: us(all.kernelUs) / nodes.length,
    by_thread: Object.fromEntries(
      byThread.filter((one) => one.us > 0).sort((a, b) => b.us - a.us)
        .map((one) => [one.name, one.us]),
    ),
  };
}
