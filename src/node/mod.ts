/** Composition root: a configuration goes in, a running node comes out. */
export { exportAccounts, type ExportedState } from "./export.ts";
export { replayHome, type ReplayOptions, type ReplayResult } from "./replay.ts";
export { type NodeOptions, type RunningNode, startNode } from "./start.ts";
