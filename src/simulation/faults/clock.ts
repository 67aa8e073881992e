import type { Stage } from "./stage.ts";

/** Least precision of the clocks that is put to the test. */
const OFF_MS_MAX = 250;

/** A node's clock is set, a little wrong: it may jump back. */
export function clockStep(stage: Stage): Promise<boolean> {
  const { precisionMs } = stage.cluster.chain.parameters;
  // Two that are off in different directions are to be within the precision.
  const most = Math.min(OFF_MS_MAX, Math.floor(Number(precisionMs) / 2.5));
  const index = stage.pick(stage.indexes())!;
  stage.cluster.setClock(index, stage.between(-most, most));
  return Promise.resolve(true);
}
