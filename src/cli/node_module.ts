export type { RunningNode } from "../node/mod.ts";

/** Loads the node only when a command runs one: it is the largest part of the program. */
export async function loadNode() {
  return await import("../node/mod.ts");
}
