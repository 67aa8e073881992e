import type { Log, LogFields } from "./types.ts";

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = typeof LOG_LEVELS[number];

export interface LogLine {
  level: LogLevel;
  event: string;
  fields: LogFields;
}

/** A log whose lines go to `write`; those below `level` are dropped. */
export function logTo(
  write: (line: LogLine) => void,
  level: LogLevel = "debug",
  inherited: LogFields = {},
): Log {
  const lowest = LOG_LEVELS.indexOf(level);
  const at = (name: LogLevel) => (event: string, fields: LogFields = {}) => {
    if (LOG_LEVELS.indexOf(name) < lowest) return;
    write({ level: name, event, fields: { ...inherited, ...fields } });
  };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: (fields) => logTo(write, level, { ...inherited, ...fields }),
  };
}

/** What JSON lacks: bigint as a string, bytes as hex, errors with their code and evidence. */
export function toJson(_name: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Uint8Array) return value.toHex();
  if (!(value instanceof Error)) return value;
  const { name, message, code, detail, stack } = value as Error & LogFields;
  return code === undefined
    ? { name, message, stack }
    : { name, message, code, detail };
}
