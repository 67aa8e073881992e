/** The lines of a child's output, one at a time; what nobody waits for is kept, up to a bound. */
export interface Lines {
  /** The next line; undefined at the end of the output. */
  next(): Promise<string | undefined>;
  /** The last lines that came, for a message about what went wrong. */
  tail(): string;
}

const KEPT_LINES_MAX = 200;

/** Reads a stream to its end, so that the child never waits for its reader. */
export function readLines(stream: ReadableStream<Uint8Array>): Lines {
  const unread: string[] = [];
  const recent: string[] = [];
  let ended = false;
  let wake = () => {};
  const read = async () => {
    let rest = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      unread.push(...lines);
      recent.push(...lines);
      unread.splice(0, unread.length - KEPT_LINES_MAX);
      recent.splice(0, recent.length - KEPT_LINES_MAX);
      wake();
    }
    if (rest !== "") {
      unread.push(rest);
      recent.push(rest);
    }
  };
  read().catch(() => {}).finally(() => {
    ended = true;
    wake();
  });
  return {
    async next() {
      while (unread.length === 0 && !ended) {
        await new Promise<void>((resolve) => wake = resolve);
      }
      return unread.shift();
    },
    tail: () => recent.join("\n"),
  };
}
