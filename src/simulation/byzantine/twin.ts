import type { Behaviour } from "./behaviour.ts";

/**
 * Two nodes with one key, as after a careless move to another machine. Each is
 * honest for itself, together they contradict each other. One block a height is
 * decided all the same, and a block convicts the key.
 */
export const TWIN: Behaviour = { isTwin: true, signsTwice: "always" };
