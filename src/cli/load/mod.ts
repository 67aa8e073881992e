/** Load as the command line has it: the nodes' processes, and what is said of the figures. */
export { launchNodes } from "./launch.ts";
export { profiling } from "./profiling.ts";
export {
  comparisonText,
  figuresText,
  loadNotes,
  profileText,
  rangesText,
  runText,
} from "./text.ts";
