import type { Stage } from "./stage.ts";

/** Messages pass within two groups only. */
export function partition(stage: Stage): Promise<boolean> {
  const groups: number[][] = [[], []];
  for (const index of stage.indexes()) {
    groups[stage.random.integer(2)]!.push(index);
  }
  stage.cluster.partition(...groups);
  return Promise.resolve(true);
}

/** One node hears nobody, and nobody hears it. */
export function isolation(stage: Stage): Promise<boolean> {
  const alone = stage.pick(stage.indexes())!;
  const others = stage.indexes().filter((index) => index !== alone);
  stage.cluster.partition([alone], others);
  return Promise.resolve(true);
}

/** All hear each other again. */
export function heal(stage: Stage): Promise<boolean> {
  stage.cluster.note(undefined, "heal");
  stage.cluster.network.heal();
  return Promise.resolve(true);
}
