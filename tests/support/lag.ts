/** Whether this machine kept time while something was measured: one that does much else does not. */

const TICK_MS = 5;
/** With more, a line of 50 ms was not one. */
const LAG_MS_MAX = 15;
/** Where bytes were counted for some seconds. */
export const RATE_LAG_MS_MAX = 100;
const WITHIN_MS = 180_000;

/** What was measured, and how late timers were meanwhile, at worst. */
export interface Timed<T> {
  value: T;
  lagMs: number;
}

/** Looks how late the timers of this thread are until it is called; gives the worst in milliseconds. */
export function watchLag(): () => number {
  let [worstMs, lastMs] = [0, performance.now()];
  const look = () => {
    const now = performance.now();
    worstMs = Math.max(worstMs, now - lastMs - TICK_MS);
    lastMs = now;
  };
  const timer = setInterval(look, TICK_MS);
  return () => {
    clearInterval(timer);
    look();
    return worstMs;
  };
}

/** Measures with an eye on this thread and on those of `lines`. */
export async function timed<T>(
  lines: readonly { lagMs(): Promise<number> }[],
  measure: () => Promise<T>,
): Promise<Timed<T>> {
  const lagOfLines = async () =>
    Math.max(0, ...await Promise.all(lines.map((line) => line.lagMs())));
  await lagOfLines();
  const watched = watchLag();
  let lagMs = 0;
  const value = await measure().finally(() => lagMs = watched());
  return { value, lagMs: Math.max(lagMs, await lagOfLines()) };
}

/** Measures again while this machine is late, unless what came out is fine all the same, three minutes at most; gives the last. */
export async function onTime<T>(
  measure: () => Promise<Timed<T>>,
  { isFine = () => false, lagMsMax = LAG_MS_MAX }: {
    isFine?: (value: T) => boolean;
    lagMsMax?: number;
  } = {},
): Promise<T> {
  const end = performance.now() + WITHIN_MS;
  while (true) {
    const { value, lagMs } = await measure();
    const isOver = performance.now() > end;
    if (lagMs <= lagMsMax || isFine(value) || isOver) return value;
    console.log(`once more: timers were ${Math.round(lagMs)} ms late`);
  }
}
