import type { KvFaultPlan } from "../../platform/mod.ts";
import { BadDisk } from "./bad_disk.ts";
import type { Stage } from "./stage.ts";

/** A disk that will reject a commit. */
export function rejectedCommit(stage: Stage): Promise<boolean> {
  return stage.rehouse(new BadDisk({ ...planOf(stage), rejectRate: 0.05 }));
}

/** A disk that will write a part of a commit of large values. */
export function tornCommit(stage: Stage): Promise<boolean> {
  return stage.rehouse(
    new BadDisk({ ...planOf(stage), tearRate: 0.3, rejectRate: 0.02 }),
  );
}

/** A disk that will be full, until somebody frees it before the node starts again. */
export async function diskFull(stage: Stage): Promise<boolean> {
  const index = stage.pick(stage.honest(true));
  if (index === undefined) return false;
  const fullAfterBytes = stage.between(500, 30_000);
  await stage.cluster.crash(index);
  stage.full.add(index);
  await stage.restart(
    index,
    new BadDisk({ ...planOf(stage), fullAfterBytes }),
  );
  return true;
}

function planOf(stage: Stage): KvFaultPlan {
  return { seed: stage.random.integer(2 ** 31) };
}
