import { z } from "zod";

/** What V8 writes: a tree of calls, and which of its nodes was running at each sample. */
export interface CpuProfile {
  /** Microseconds since the machine started. */
  startTime: number;
  nodes: CallNode[];
  /** Ids of nodes. */
  samples: number[];
  /** Microseconds before each sample. */
  timeDeltas: number[];
}

export interface CallNode {
  id: number;
  callFrame: { functionName: string; url: string; lineNumber: number };
  children?: number[] | undefined;
}

const file = z.object({
  startTime: z.number(),
  nodes: z.array(z.object({
    id: z.int(),
    callFrame: z.object({
      functionName: z.string(),
      url: z.string(),
      lineNumber: z.int(),
    }),
    children: z.array(z.int()).optional(),
  })),
  samples: z.array(z.int()),
  timeDeltas: z.array(z.number()),
});

/** Reads a `.cpuprofile` file. @throws SyntaxError, ZodError */
export function parseCpuProfile(text: string): CpuProfile {
  return file.parse(JSON.parse(text));
}

/** Between two points of the machine's time, microseconds. */
export interface Span {
  first: number;
  last: number;
}

/** Microseconds that each node itself was running in `span`, by its id. */
export function selfTimes(
  { startTime, samples, timeDeltas }: CpuProfile,
  { first, last }: Span,
): Map<number, number> {
  const times = new Map<number, number>();
  let at = startTime;
  samples.forEach((id, n) => {
    const deltaUs = timeDeltas[n] ?? 0;
    at += deltaUs;
    if (at < first || at > last) return;
    times.set(id, (times.get(id) ?? 0) + deltaUs);
  });
  return times;
}
