/** Nodes for a load: homes of a chain made for it, and their processes. */
export { launchNodes } from "./launch.ts";
