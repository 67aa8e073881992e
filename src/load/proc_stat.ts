/** CPU time as `/proc/<pid>/stat` and `/proc/<pid>/task/<tid>/stat` tell it. */
export interface ProcStat {
  id: number;
  /** At most 15 bytes, any of them. */
  name: string;
  /** In user and kernel mode together. */
  cpuUs: number;
  /** Of `cpuUs`, in kernel mode. */
  kernelUs: number;
}

/** CPU time of the whole machine so far, all cores together. */
export interface MachineStat {
  /** Of all processes, and of the kernel for itself. */
  busyUs: number;
}

/** Linux counts in hundredths of a second here, on every machine. */
const TICK_US = 10_000;
/** Places of utime and stime behind the name, from the third field on. */
const UTIME = 11;
const STIME = 12;

/** Reads a `stat` file: `id (name) state …`. The name may hold spaces and brackets. */
export function parseStat(text: string): ProcStat {
  const open = text.indexOf("(");
  const close = text.lastIndexOf(")");
  const fields = text.slice(close + 2).split(" ");
  const kernelUs = Number(fields[STIME]) * TICK_US;
  const cpuUs = Number(fields[UTIME]) * TICK_US + kernelUs;
  if (open < 0 || close < open || !Number.isFinite(cpuUs)) {
    throw new SyntaxError(`not a stat file: ${text.slice(0, 80)}`);
  }
  return {
    id: Number(text.slice(0, open)),
    name: text.slice(open + 1, close),
    ...{ cpuUs, kernelUs },
  };
}

/** Places on the first line of `/proc/stat`: user, nice, system; then, behind two kinds of idling, irq, softirq. */
const BUSY = [0, 1, 2, 5, 6];

/** Reads `/proc/stat`: `cpu  user nice system idle iowait irq softirq …`. */
export function parseMachine(text: string): MachineStat {
  const [, line] = /^cpu +(.+)$/m.exec(text) ?? [];
  const fields = line?.split(" ").map(Number) ?? [];
  const ticks = BUSY.reduce((sum, at) => sum + (fields[at] ?? NaN), 0);
  if (!Number.isFinite(ticks)) {
    throw new SyntaxError(`not /proc/stat: ${text.slice(0, 80)}`);
  }
  return { busyUs: ticks * TICK_US };
}

/** Microseconds, of the text of `/proc/uptime`: seconds with two decimals come first. */
export function parseUptime(text: string): number {
  return Math.round(parseFloat(text) * 1_000_000);
}

/** Resident memory in bytes, of the text of `/proc/<pid>/status`. */
export function parseResident(text: string): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(text) ?? [];
  return Number(kib ?? 0) * 1024;
}

/** The most of it since the process started. */
export function parsePeak(text: string): number {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(text) ?? [];
  return Number(kib ?? 0) * 1024;
}
