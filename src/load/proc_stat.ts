/** CPU time as `/proc/<pid>/stat` and `/proc/<pid>/task/<tid>/stat` tell it. */
export interface ProcStat {
  id: number;
  /** At most 15 bytes, any of them. */
  name: string;
  /** In user and kernel mode together. */
  cpuUs: number;
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
  const cpuUs = (Number(fields[UTIME]) + Number(fields[STIME])) * TICK_US;
  if (open < 0 || close < open || !Number.isFinite(cpuUs)) {
    throw new SyntaxError(`not a stat file: ${text.slice(0, 80)}`);
  }
  return {
    id: Number(text.slice(0, open)),
    name: text.slice(open + 1, close),
    cpuUs,
  };
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
