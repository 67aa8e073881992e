/** A line between two UDP ports of this machine that is as slow and as bad as a test wants it. */
import type { Answer, Order } from "./slow_line_worker.ts";

export interface LineOptions {
  /** Port on 127.0.0.1 that the line leads to. */
  to: number;
  /** Where it begins, and what whoever it leads to sees of those who use it; 127.0.0.1 without it. */
  host?: string;
  /** The port there; without it a free one. */
  port?: number;
  /** From one end to the other: half of a round trip. */
  delayMs: number;
  /** Of the datagrams in each direction, from 0 to 1. */
  loss?: number;
  seed?: number;
  /** What it carries in each direction; more waits for a round trip at most, then it is lost. Without it: whatever the machine can. */
  bytesPerSecond?: number;
}

export interface SlowLine {
  /** Where the line begins. */
  readonly port: number;
  /** Nothing passes any more, or all does again. */
  cut(isCut: boolean): Promise<void>;
  /** Remembers the next datagrams that come to the line's beginning. */
  record(count: number): Promise<void>;
  /** Sends them once more, as somebody else; gives how many. */
  replay(): Promise<number>;
  /** How late its timers were since it was asked last, at worst, in milliseconds. */
  lagMs(): Promise<number>;
  close(): void;
}

/** Opens a line in a thread of its own. It carries at most 16 senders, and 64 MiB at a time. */
export async function openLine(
  {
    loss = 0,
    seed = 1,
    bytesPerSecond = Infinity,
    host = "127.0.0.1",
    port: from = 0,
    ...options
  }: LineOptions,
): Promise<SlowLine> {
  const url = new URL("./slow_line_worker.ts", import.meta.url);
  const worker = new Worker(url, { type: "module" });
  const call = (order: Order) =>
    new Promise<number>((resolve) => {
      worker.onmessage = ({ data }: MessageEvent<Answer>) =>
        resolve(data.number);
      worker.postMessage(order);
    });
  const port = await call({
    kind: "open",
    ...{ loss, seed, bytesPerSecond, host, from },
    ...options,
  });
  return {
    port,
    cut: async (isCut) => void await call({ kind: "cut", isCut }),
    record: async (count) => void await call({ kind: "record", count }),
    replay: () => call({ kind: "replay" }),
    lagMs: () => call({ kind: "lag" }),
    close: () => worker.terminate(),
  };
}
