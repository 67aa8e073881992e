/** The simulator: whole nodes in one process, in virtual time, through faults that follow from one seed. */
export { equivocating } from "./byzantine/equivocator.ts";
export { type Lie, LIES, lying } from "./byzantine/liar.ts";
export { misleading } from "./byzantine/misleading.ts";
export { type Behaviour, BEHAVIOURS, type Wrap } from "./byzantine/mod.ts";
export { silent } from "./byzantine/silent.ts";
export { type Spoil, spoiling, SPOILS } from "./byzantine/spoiler.ts";
export { withholding } from "./byzantine/withholder.ts";
export { CANARIES, type Canary, isCaught } from "./canary/mod.ts";
export { chainLike, newChain, type SimChain } from "./chain.ts";
export { Checker } from "./checker.ts";
export { churn, type Churned, type ChurnPlan, ChurnRun } from "./churn/mod.ts";
export {
  Cluster,
  type ClusterOptions,
  nameOf,
  SIM_OPTIONS,
} from "./cluster.ts";
export { core, module, type TestKey, testKey } from "./core.ts";
export { doubleSigned } from "./double_sign.ts";
export { CrashPoint } from "./faults/crash_point.ts";
export { type Hardware, HEALTHY } from "./faults/hardware.ts";
export { SlowDisk } from "./faults/mod.ts";
export { FAULTS } from "./faults/mod.ts";
export { testGenesis } from "./genesis.ts";
export type { RunReport } from "./report.ts";
export { FaultRun, type RunOptions } from "./run.ts";
export { SimNode } from "./sim_node.ts";
export { simulate, type Simulated, simulateOnce } from "./simulate.ts";
export { NOTHING, sum, type Totals, totalsOf } from "./totals.ts";
export { transfer } from "./transfer.ts";
export {
  type ByKind,
  type Kind,
  KINDS,
  type LineQuality,
  REGIONS,
  simulateWan,
  SOURCE,
  total,
  type WanFigures,
  type WanOptions,
  WideLines,
} from "./wan/mod.ts";
