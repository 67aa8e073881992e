import type {
  LoadFigures,
  LoadRuns,
  ProfileFigures,
} from "../../src/load/mod.ts";
import type { WanFigures as Simulated } from "../../src/simulation/mod.ts";
import type { BenchRow } from "../bench/rows.ts";
import type { NetworkFigures } from "./network.ts";

/** What `load --json` printed; single runs are left out. */
export type Figures = LoadFigures & {
  runs?: Pick<LoadRuns, "count" | "ranges">;
  profile?: ProfileFigures;
};

/** What `simulate --regions --json` printed. */
export type WanFigures = Simulated;

/** What `docs/performance.json` holds: everything that the plots and tables are made of. */
export interface PerformanceRecord {
  /** By the arguments of `load`. */
  loads: Record<string, Figures>;
  /** Loads that did not come to a result, and the last line that they said. */
  failed: Record<string, string>;
  benches: BenchRow[];
  /** By the arguments of `simulate`. */
  wan: Record<string, WanFigures>;
  network: NetworkFigures;
}

export const EMPTY: Readonly<PerformanceRecord> = {
  ...{ loads: {}, failed: {}, benches: [], wan: {}, network: {} },
};

export const FILE = new URL("../../docs/performance.json", import.meta.url);

export async function readRecord(): Promise<PerformanceRecord> {
  try {
    return { ...EMPTY, ...JSON.parse(await Deno.readTextFile(FILE)) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return structuredClone(EMPTY);
    throw error;
  }
}

export async function writeRecord(record: PerformanceRecord): Promise<void> {
  const draft = new URL(`${FILE}.tmp`);
  await Deno.writeTextFile(draft, JSON.stringify(record, null, 2) + "\n");
  await Deno.rename(draft, FILE);
}
