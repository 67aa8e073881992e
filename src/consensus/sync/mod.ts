/** Certified blocks between nodes: asked for by those behind, answered by the others. */
export { answerPeers } from "./answer.ts";
export { CatchUp, type CatchUpOptions } from "./catch_up.ts";
export { type CertifiedBlock } from "./source.ts";
export { Helper } from "./helper.ts";
