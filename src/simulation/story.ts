import type { LogLine, Scheduler } from "../platform/mod.ts";

/** Lines kept of each teller; older ones are dropped. */
const LINES_MAX = 200;

/** What happened last, node by node, for whoever has to find out why a run failed. */
export class Story {
  readonly #scheduler: Scheduler;
  readonly #lines = new Map<string, string[]>();

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  tell(who: string, what: string): void {
    const lines = this.#lines.get(who) ?? [];
    this.#lines.set(who, lines);
    lines.push(`${(this.#scheduler.now() / 1_000).toFixed(3)} s  ${what}`);
    if (lines.length > LINES_MAX) lines.shift();
  }

  /** A line of a node's own log. */
  log(who: string, { level, event, fields }: LogLine): void {
    const said = Object.entries(fields).map(([name, value]) =>
      `${name}=${shown(value)}`
    );
    this.tell(who, [level.padEnd(5), event, ...said].join(" "));
  }

  /** Everything, one section each. */
  text(): string {
    return [...this.#lines].map(([who, lines]) =>
      `== ${who}\n${lines.join("\n")}\n`
    ).join("\n");
  }
}

function shown(value: unknown): string {
  if (value instanceof Uint8Array) return value.toHex();
  if (value instanceof Error) return value.message;
  return String(value);
}
