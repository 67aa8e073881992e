import type { LogLine, Scheduler } from "../platform/mod.ts";

/** Lines kept of each teller; older ones are dropped. */
const LINES_MAX = 200;

interface Line {
  atMs: number;
  what: string | LogLine;
}

/** What happened last, node by node, for whoever has to find out why a run failed. */
export class Story {
  readonly #scheduler: Scheduler;
  readonly #lines = new Map<string, Line[]>();

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** An event, or a line of a node's own log. */
  tell(who: string, what: string | LogLine): void {
    const lines = this.#lines.get(who) ?? [];
    this.#lines.set(who, lines);
    lines.push({ atMs: this.#scheduler.now(), what });
    if (lines.length > LINES_MAX) lines.shift();
  }

  /** Everything, one section each. */
  text(): string {
    return [...this.#lines].map(([who, lines]) =>
      `== ${who}\n${lines.map(lineText).join("\n")}\n`
    ).join("\n");
  }
}

function lineText({ atMs, what }: Line): string {
  const time = `${(atMs / 1_000).toFixed(3)} s`.padStart(12);
  if (typeof what === "string") return `${time}  ${what}`;
  const fields = Object.entries(what.fields).map(([name, value]) =>
    `${name}=${shown(value)}`
  );
  return [time, what.level.padEnd(5), what.event, ...fields].join(" ");
}

function shown(value: unknown): string {
  if (value instanceof Uint8Array) return value.toHex();
  if (value instanceof Error) return value.message;
  if (value !== null && typeof value === "object") {
    return Object.entries(value).map(([name, inner]) =>
      `${name}:${shown(inner)}`
    ).join(",");
  }
  return String(value);
}
