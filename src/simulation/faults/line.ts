import type { Stage } from "./stage.ts";

/** One direction between two nodes gets slow. */
export function slowLine(stage: Stage): Promise<boolean> {
  const [from, to] = ends(stage);
  stage.cluster.line(from, to, { latencyMs: stage.between(50, 350) });
  return Promise.resolve(true);
}

/** One direction between two nodes loses most of what it carries, or all. */
export function lossyLine(stage: Stage): Promise<boolean> {
  const [from, to] = ends(stage);
  stage.lossy.push([from, to]);
  stage.cluster.line(from, to, { loss: stage.between(50, 100) / 100 });
  return Promise.resolve(true);
}

/** One direction between two nodes carries much of it twice, and out of order. */
export function doublingLine(stage: Stage): Promise<boolean> {
  const [from, to] = ends(stage);
  stage.cluster.line(from, to, {
    duplication: stage.between(30, 100) / 100,
    jitterMs: stage.between(50, 300),
  });
  return Promise.resolve(true);
}

function ends(stage: Stage): [from: number, to: number] {
  const from = stage.pick(stage.indexes())!;
  return [
    from,
    stage.pick(stage.indexes().filter((index) => index !== from)) ?? from,
  ];
}
