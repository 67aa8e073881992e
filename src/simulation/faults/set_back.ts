import type { Stage } from "./stage.ts";

/** Copies the disks of those who will be set back. */
export async function backUp({ cluster, backups }: Stage): Promise<void> {
  for (const index of cluster.setBackNodes) {
    backups.set(index, await cluster.nodes[index]!.backup());
  }
}

/** A Byzantine node that may is set back to an old copy of its disk, as from a backup. */
export async function setBack(stage: Stage): Promise<boolean> {
  const { cluster } = stage;
  const index = stage.pick(cluster.setBackNodes);
  if (index === undefined) return false;
  const backup = stage.backups.get(index)!;
  if (cluster.nodes[index]!.isUp) await cluster.crash(index);
  await cluster.restore(index, backup);
  await cluster.restart(index);
  return true;
}
