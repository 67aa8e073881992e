/** Validators all over the world: how long blocks take, and what travels. */
export type { WanFigures } from "./figures.ts";
export { type LineQuality, WideLines } from "./lines.ts";
export { REGIONS, SOURCE } from "./regions.ts";
export type { WanOptions } from "./run.ts";
export { simulateWan } from "./simulate.ts";
export { type ByKind, type Kind, KINDS, total } from "./traffic.ts";
