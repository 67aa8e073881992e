/** Load on a chain of its own, and what the nodes need for it. */
export { runLoad } from "./run.ts";
export type * from "./types.ts";
