/** Nodes for a load: homes of a chain made for it, and their processes. */
export { launchNode } from "./launch.ts";
