import type { KvFaultPlan } from "../../platform/mod.ts";
import { BadDisk } from "./bad_disk.ts";
import type { Stage } from "./stage.ts";

/** A disk that will reject a commit. */
export async function rejectedCommit(stage: Stage): Promise<boolean> {
  await stage.rehouse("rejectedCommit", disk(stage, { rejectRate: 0.05 }));
  return false;
}

/** A disk that will write a part of a commit of large values. */
export async function tornCommit(stage: Stage): Promise<boolean> {
  await stage.rehouse("tornCommit", disk(stage, { tearRate: 0.5 }));
  return false;
}

/** A disk that will be full, until somebody frees it before the node starts again. */
export async function diskFull(stage: Stage): Promise<boolean> {
  const fullAfterBytes = stage.between(500, 30_000);
  const index = await stage.rehouse(
    "diskFull",
    disk(stage, { fullAfterBytes }),
  );
  if (index !== undefined) stage.full.add(index);
  return false;
}

function disk({ random }: Stage, plan: Omit<KvFaultPlan, "seed">): BadDisk {
  return new BadDisk({ ...plan, seed: random.integer(2 ** 31) });
}
