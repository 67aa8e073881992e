import type { Figures, PerformanceRecord } from "./record.ts";

/** How long and how often a load runs, and how large it may be. */
export interface Effort {
  seconds: number;
  runs: number;
  accountsMax: number;
}

/** For figures to keep. */
export const FULL: Effort = { seconds: 20, runs: 5, accountsMax: 10_000_000 };
/** To see where one stands, in a few minutes. */
export const QUICK: Effort = { seconds: 5, runs: 1, accountsMax: 1_000_000 };

/** Loads that differ in one thing. */
export interface Experiment {
  name: string;
  points: Point[];
}

export interface Point {
  /** Where it lies on the axis. */
  x: number;
  /** Of `load`, besides length and number of runs. */
  args: string[];
  /** Larger ones are left to full effort, and run once. */
  accounts?: number;
}

const over = (name: string, values: number[], others: string[] = []) =>
  values.map((x) => ({ x, args: [`--${name}`, `${x}`, ...others] }));

export const EXPERIMENTS: readonly Experiment[] = [
  { name: "validators", points: over("validators", [1, 4, 7]) },
  { name: "shards", points: over("shards", [1, 2, 4]) },
  {
    name: "accounts",
    points: over("accounts", [10_000, 100_000, 1_000_000, 10_000_000])
      .map((point) => ({ ...point, accounts: point.x })),
  },
  {
    name: "senders",
    points: [
      { x: 0, args: ["--accounts", "100000"] },
      { x: 1, args: ["--accounts", "100000", "--zipf"] },
    ],
  },
  {
    name: "latency",
    points: over("rate", [100, 1_000, 2_000], ["--validators", "4"]),
  },
  { name: "profile", points: [{ x: 1, args: ["--profile"] }] },
];

/** Above so many accounts one run is enough. */
const REPEATED_ACCOUNTS_MAX = 1_000_000;

/** All arguments of the load of a point; undefined where the effort does not reach it. */
export function argsOf(
  { args, accounts = 0 }: Point,
  { seconds, runs, accountsMax }: Effort,
): string[] | undefined {
  if (accounts > accountsMax) return undefined;
  const isOnce = args.includes("--profile") || accounts > REPEATED_ACCOUNTS_MAX;
  return [
    ...args,
    ...["--seconds", `${seconds}`, "--runs", `${isOnce ? 1 : runs}`],
  ];
}

/** What is known of the points of an experiment; where there is more, what was measured longest. */
export function figuresOf(
  record: PerformanceRecord,
  name: string,
): { x: number; figures: Figures }[] {
  const experiment = EXPERIMENTS.find((one) => one.name === name);
  if (!experiment) throw new RangeError(`no experiment ${name}`);
  const effortOf = ({ runs, workload }: Figures) =>
    (runs?.count ?? 1) * workload.seconds;
  return experiment.points.flatMap(({ x, args }) => {
    const start = `${args.join(" ")} --seconds `;
    const [figures] = Object.entries(record.loads)
      .filter(([name]) => name.startsWith(start))
      .map(([, figures]) => figures)
      .sort((a, b) => effortOf(b) - effortOf(a));
    return figures ? [{ x, figures }] : [];
  });
}
