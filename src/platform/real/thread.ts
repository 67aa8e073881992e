import { setImmediate } from "node:timers/promises";

/** The own name of the thread that runs this, in `/proc`. */
const COMM = "/proc/thread-self/comm";

/**
 * Names this thread as the worker was named, for `top -H` and whoever measures
 * it. Where the system or its permissions do not allow it, it keeps its number.
 */
export function nameThread(): void {
  const { name } = globalThis as { name?: string };
  if (!name || Deno.build.os !== "linux") return;
  // Asked first: what is not granted must not become a question to the operator.
  const write = { name: "write", path: COMM } as const;
  if (Deno.permissions.querySync(write).state !== "granted") return;
  try {
    Deno.writeTextFileSync(COMM, name, { create: false });
  } catch {
    // It is only a name.
  }
}

/** Lets this thread look at what has come meanwhile. */
export async function nextTurn(): Promise<void> {
  await setImmediate();
}

/** How many threads this machine runs at once. */
export function processors(): number {
  return navigator.hardwareConcurrency;
}
