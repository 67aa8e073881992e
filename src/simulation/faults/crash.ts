import type { Stage } from "./stage.ts";

/** A machine loses its power. */
export async function crash(stage: Stage): Promise<boolean> {
  const index = stage.pick(stage.honest(true));
  if (index !== undefined) await stage.cluster.crash(index);
  return index !== undefined;
}

/** All honest machines lose their power at once, and most of them come back at once. */
export async function powerCut(stage: Stage): Promise<boolean> {
  const up = stage.honest(true);
  await stage.cluster.crash(...up);
  for (const index of up) {
    if (stage.random.integer(4) > 0) await stage.cluster.restart(index);
  }
  return up.length > 0;
}

/** A machine is away for so long that it comes back far behind. */
export async function away(stage: Stage): Promise<boolean> {
  const index = stage.pick(stage.honest(true));
  if (index === undefined || stage.away.size > 0) return false;
  stage.away.add(index);
  await stage.cluster.crash(index);
  return true;
}
