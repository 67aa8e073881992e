/** What tests of the whole system use of consensus. */
export {
  Cluster,
  type ClusterOptions,
  nameOf,
  SIM_OPTIONS,
  type Wrap,
} from "./cluster.ts";
export { Checker } from "./checker.ts";
export { CrashPoint } from "./crash_point.ts";
export { equivocating } from "./equivocator.ts";
export { withQuorumOfOne } from "./wrong_quorum.ts";
