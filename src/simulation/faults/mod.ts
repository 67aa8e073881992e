/** What happens to nodes and between them: by name, in the order in which the seed counts them. */
import { diskFull, rejectedCommit, tornCommit } from "./disk.ts";
import { clockStep } from "./clock.ts";
import { away, crash, powerCut } from "./crash.ts";
import { crashAfterFlush, crashAtWrite, tornWrite } from "./crash_at.ts";
import { doublingLine, lossyLine, slowLine } from "./line.ts";
import { heal, isolation, partition } from "./partition.ts";
import { restart } from "./restart.ts";
import { setBack } from "./set_back.ts";
import { slowDisk } from "./slow_disk.ts";
import type { Fault } from "./stage.ts";

export { backUp } from "./set_back.ts";
export { SlowDisk } from "./slow_disk.ts";
export { Stage } from "./stage.ts";

/** A run draws from all of them alike. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  crash,
  powerCut,
  away,
  crashAtWrite,
  crashAfterFlush,
  tornWrite,
  restart,
  rejectedCommit,
  tornCommit,
  diskFull,
  slowDisk,
  partition,
  isolation,
  heal,
  slowLine,
  lossyLine,
  doublingLine,
  clockStep,
  setBack,
};
