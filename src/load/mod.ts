/** Load on a chain of its own, and what the nodes need for it. */
export {
  compareFigures,
  type Comparison,
  type Difference,
  type EarlierFigures,
  parseFigures,
} from "./compare.ts";
export { drawPage } from "./page/mod.ts";
export {
  profileArgs,
  profileDirectory,
  type ProfileFigures,
  profileFigures,
  readProfiles,
} from "./profile/mod.ts";
export { runLoad } from "./run.ts";
export { joinRuns } from "./runs.ts";
export type * from "./types.ts";
