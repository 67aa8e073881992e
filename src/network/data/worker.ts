/** The thread of the data plane: serves it on the port that the start message brings. */
import {
  type LogLevel,
  nameThread,
  serve,
  stderrLog,
  systemClock,
  systemRandom,
} from "../../platform/mod.ts";
import { DataPlane } from "./plane.ts";

/** The one message that the worker takes. */
export interface DataWorkerStart {
  port: MessagePort;
  log: { level: LogLevel; format: "json" | "human" };
}

declare const self: {
  onmessage: ((event: MessageEvent<DataWorkerStart>) => void) | null;
};

nameThread();
self.onmessage = ({ data }) => {
  self.onmessage = null;
  const clock = systemClock();
  const log = stderrLog({ clock, ...data.log }).child({ part: "data plane" });
  serve(data.port, new DataPlane({ clock, random: systemRandom(), log }));
};
