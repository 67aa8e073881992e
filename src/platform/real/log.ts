import { styleText } from "node:util";
import { type LogLevel, type LogLine, logTo, toJson } from "../log_line.ts";
import type { Clock, Log } from "../types.ts";

export interface StderrLogOptions {
  clock: Clock;
  level?: LogLevel;
  /** `json`: one object a line. `human`: for a terminal. */
  format?: "json" | "human";
  /** Takes finished lines instead of stderr. */
  write?: (text: string) => void;
}

const COLOURS = {
  debug: "gray",
  info: "green",
  warn: "yellow",
  error: "red",
} as const;
const EVENT_WIDTH = 36;

/** Log lines on stderr, so that stdout carries results only. */
export function stderrLog(
  { clock, level = "info", format = "json", write = toStderr }:
    StderrLogOptions,
): Log {
  const render = format === "json" ? jsonLine : humanLine;
  return logTo((line) => write(render(line, clock.now()) + "\n"), level);
}

function jsonLine({ level, event, fields }: LogLine, now: number): string {
  const time = new Date(now).toISOString();
  return JSON.stringify({ time, level, event, ...fields }, toJson);
}

function humanLine({ level, event, fields }: LogLine, now: number): string {
  const time = new Date(now).toISOString().slice(11, 23);
  const shown = Object.entries(fields).map(([name, value]) =>
    `${name}=${humanValue(value)}`
  );
  const label = styleText(COLOURS[level], level.padEnd(5));
  return [time, label, event.padEnd(EVENT_WIDTH), ...shown].join(" ").trimEnd();
}

function humanValue(value: unknown): string {
  const json = toJson("", value);
  return typeof json === "string" ? json : JSON.stringify(json, toJson);
}

const encoder = new TextEncoder();

function toStderr(text: string): void {
  const bytes = encoder.encode(text);
  try {
    for (let at = 0; at < bytes.length;) {
      at += Deno.stderr.writeSync(bytes.subarray(at));
    }
  } catch {
    // A closed stderr must not stop the chain, and there is nowhere to say so.
  }
}
