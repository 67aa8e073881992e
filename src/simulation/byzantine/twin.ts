import type { Behaviour } from "./behaviour.ts";

/**
 * Two nodes with one key, as after a careless move to another machine. Each is
 * honest for itself, together they contradict each other. One block a height is
 * decided all the same, and where both signed, a block may convict the key.
 */
export const TWIN: Behaviour = { isTwin: true, signsTwice: "perhaps" };
