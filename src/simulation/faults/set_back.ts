import type { Stage } from "./stage.ts";

/** A Byzantine node that may is set back to the oldest copy of its disk, as from a backup; a first time the copy is made. */
export async function setBack(stage: Stage): Promise<boolean> {
  const { cluster } = stage;
  const index = stage.pick(cluster.setBackNodes);
  if (index === undefined) return false;
  const backup = stage.backups.get(index);
  if (!backup) {
    stage.backups.set(index, await cluster.nodes[index]!.backup());
    return false;
  }
  if (cluster.nodes[index]!.isUp) await cluster.crash(index);
  await cluster.restore(index, backup);
  await cluster.restart(index);
  return true;
}
