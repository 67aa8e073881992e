import type { Clock } from "../platform/mod.ts";
import type { LoadMachine } from "./types.ts";

/** What the machine is, and what it did before. */
export function readMachine(
  clock: Clock,
): Omit<LoadMachine, "others_cores"> {
  const [, cpu = "unknown"] =
    /^model name\s*:\s*(.+)$/m.exec(Deno.readTextFileSync("/proc/cpuinfo")) ??
      [];
  return {
    cpu,
    cores: navigator.hardwareConcurrency,
    memory_mb: Math.round(Deno.systemMemoryInfo().total / 1_000_000),
    system: `${Deno.build.os} ${Deno.osRelease()} ${Deno.build.arch}`,
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    load_before: Deno.loadavg()[0]!,
    at: new Date(clock.now()).toISOString(),
  };
}
