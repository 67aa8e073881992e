/** The simulator: whole nodes in one process, in virtual time, through faults that follow from one seed. */
export type { Wrap } from "./byzantine/behaviour.ts";
export { equivocating } from "./byzantine/equivocator.ts";
export { type Lie, LIES, lying } from "./byzantine/liar.ts";
export { misleading } from "./byzantine/misleading.ts";
export { silent } from "./byzantine/silent.ts";
export { withholding } from "./byzantine/withholder.ts";
export { withQuorumOfOne } from "./canary/wrong_quorum.ts";
export { Checker } from "./checker.ts";
export {
  Cluster,
  type ClusterOptions,
  nameOf,
  SIM_OPTIONS,
} from "./cluster.ts";
export { core, module, type TestKey, testKey } from "./core.ts";
export { doubleSigned } from "./double_sign.ts";
export { FaultRun } from "./fault_run.ts";
export { CrashPoint } from "./faults/crash_point.ts";
export { testGenesis } from "./genesis.ts";
export { SimNode } from "./sim_node.ts";
export { transfer } from "./transfer.ts";
