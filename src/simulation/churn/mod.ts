/** Nodes that come and go for hours of virtual time, and what must hold of their connections and of what they keep. */
import { Holder } from "./holdings.ts";
import { leaks, remains } from "./leaks.ts";
import { type ChurnReport, ChurnRun } from "./run.ts";

export type { ChurnReport } from "./run.ts";
export { ChurnRun } from "./run.ts";

export interface ChurnPlan {
  seed: number;
  /** At the beginning; two more or fewer run later. */
  nodes: number;
  churnMs: number;
  quietMs: number;
  /** How many times as fast as in a day they come and go; once by default. */
  haste?: number;
  /** Hears what does not hold so far, too. */
  onHour?: (
    hour: number,
    heapBytes: number,
    violations: readonly string[],
  ) => void;
}

/** What became of it. */
export interface Churned extends ChurnReport {
  /** What the last log lines say. */
  story: string;
  /** After one hour of virtual time, or in a fresh network where it took less, and at the end of the quiet time. */
  heapBytes: { first: number; last: number };
}

const MINUTE_MS = 60_000;
const FRESH_MINUTES = 3;
/** That run besides those at the beginning. */
const MORE_NODES = 2;

/** Runs a seed, and compares what is held at the end of the quiet time with what a fresh network holds. */
export async function churn(plan: ChurnPlan): Promise<Churned> {
  const holder = new Holder();
  try {
    const before = await holder.look();
    const fresh = await held(
      new ChurnRun({
        ...{ ...plan, churnMs: 0, quietMs: FRESH_MINUTES * MINUTE_MS },
        ...{ nodes: plan.nodes + MORE_NODES, onHour: undefined },
      }),
      holder,
    );
    const { first, ...after } = await churned(plan, holder);
    const { report, story, heapBytes } = after;
    const left = remains(await holder.look(), before);
    report.violations.push(
      ...fresh.report.violations.map((text) => `without churn, ${text}`),
      ...leaks(after.holdings, fresh.holdings),
      ...left.map((text) => `left of closed networks: ${text}`),
    );
    return {
      ...{ ...report, story },
      heapBytes: { first: first ?? fresh.heapBytes, last: heapBytes },
    };
  } finally {
    holder.close();
  }
}

/** Gives besides what the heap held after an hour. */
async function churned(plan: ChurnPlan, holder: Holder) {
  let first: number | undefined;
  const run: ChurnRun = new ChurnRun({
    ...plan,
    async onHour(hour) {
      const heapBytes = await holder.heapBytes();
      first ??= heapBytes;
      plan.onHour?.(hour, heapBytes, run.violations);
    },
  });
  return { ...await held(run, holder), first };
}

/** Runs it, looks, and ends it. */
async function held(run: ChurnRun, holder: Holder) {
  const report = await run.run();
  const { story } = run;
  const holdings = await holder.look();
  const heapBytes = await holder.heapBytes();
  const events = await run.stop();
  if (events > 0) {
    report.violations.push(`${events} events are left when everybody has gone`);
  }
  return { report, holdings, heapBytes, story };
}
