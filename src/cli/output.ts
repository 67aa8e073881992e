import { styleText } from "node:util";

/** Where a command writes: results to stdout, the story to stderr. */
export interface Output {
  /** Whether `--json` was given. */
  readonly json: boolean;
  /** The result: one JSON object on one line, or what `human` gives. */
  result(value: object, human: () => string | Promise<string>): Promise<void>;
  /** A line of the story. */
  note(text: string): void;
  /** A line that the next one replaces on a terminal; elsewhere nothing. */
  progress(text: string): void;
}

/** An output on the process's own streams. */
export function processOutput(json: boolean): Output {
  let transient = false;
  const clear = () => {
    if (transient) write(Deno.stderr, "\r\x1b[K");
    transient = false;
  };
  return {
    json,
    async result(value, human) {
      clear();
      write(Deno.stdout, `${json ? jsonLine(value) : await human()}\n`);
    },
    note(text) {
      clear();
      write(Deno.stderr, `${text}\n`);
    },
    progress(text) {
      if (!Deno.stderr.isTerminal()) return;
      clear();
      write(Deno.stderr, dim(text));
      transient = true;
    },
  };
}

/** One line of JSON. A `bigint` becomes a text, as amounts are in all JSON of the node. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, inner) => typeof inner === "bigint" ? String(inner) : inner,
  );
}

export const bold = (text: string) => styleText("bold", text);
export const dim = (text: string) => styleText("dim", text);
export const red = (text: string) => styleText("red", text);
export const green = (text: string) => styleText("green", text);

/** Writes all of `text`. A reader that went away (`| head`) is no failure. */
export function write(
  stream: { writeSync(bytes: Uint8Array): number },
  text: string,
): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let at = 0; at < bytes.length;) {
      at += stream.writeSync(bytes.subarray(at));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
