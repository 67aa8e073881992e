import type { ComponentLogger, Logger } from "@libp2p/interface";

const logger: Logger = Object.assign(() => {}, {
  enabled: false,
  error: () => {},
  trace: () => {},
  newScope: () => logger,
});

/** Says nothing: what matters of libp2p's doings, the plane tells. Its own logger looks at the colours of the terminal for each stream. */
export const SILENCE: ComponentLogger = { forComponent: () => logger };
