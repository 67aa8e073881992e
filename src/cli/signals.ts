import { ErrorCode, RustoriumError } from "../errors/mod.ts";
import { Exit } from "./exit.ts";

const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Waits for Ctrl-C or a request to end, then stops in order; a second one ends the process at
 * once. Rejects when `failed` does, after stopping.
 */
export async function untilStopped(
  failed: Promise<never>,
  stop: () => Promise<void>,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let asked = false;
  const onSignal = () => {
    if (asked) Deno.exit(Exit.failure);
    asked = true;
    resolve();
  };
  for (const signal of SIGNALS) Deno.addSignalListener(signal, onSignal);
  try {
    await Promise.race([promise, failed]);
  } finally {
    await stop();
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, onSignal);
  }
}

/** Rejects with SHUTTING_DOWN and `message` once the operator asks for the end, so that the caller can clean up. */
export function interrupted(message?: string): Promise<never> {
  return new Promise((_, reject) => {
    const onSignal = () =>
      reject(new RustoriumError(ErrorCode.SHUTTING_DOWN, { message }));
    for (const signal of SIGNALS) Deno.addSignalListener(signal, onSignal);
  });
}
