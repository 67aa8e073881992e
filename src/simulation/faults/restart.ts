import { FullDisk } from "./bad_disk.ts";
import type { Stage } from "./stage.ts";

/** A node that does not run is started. */
export async function restart(stage: Stage): Promise<boolean> {
  const index = stage.pick(stage.honest(false));
  if (index === undefined) return false;
  if (stage.full.has(index) && stage.random.integer(2) === 0) {
    await stage.house(index, "diskStillFull", new FullDisk());
  } else {
    stage.full.delete(index);
    await stage.cluster.restart(index);
  }
  return true;
}
