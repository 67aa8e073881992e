import { type LogLine, logTo } from "../log_line.ts";
import type { Log } from "../types.ts";

/** A log that keeps its lines. */
export function collectingLog(): Log & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  return { ...logTo((line) => lines.push(line)), lines };
}
