import type { Clock } from "../platform/mod.ts";

/** `work`, or `late()` thrown when it takes longer than `ms`. What comes of it afterwards is given to `discard`. */
export async function withDeadline<T>(
  clock: Clock,
  ms: number,
  work: Promise<T>,
  late: () => Error,
  discard: (value: T) => void = () => {},
): Promise<T> {
  let timer;
  let isLate = false;
  const alarm = new Promise<never>((_, reject) => {
    timer = clock.schedule(ms, () => {
      isLate = true;
      reject(late());
    });
  });
  work.then(
    (value) => isLate && discard(value),
    () => undefined, // Its failure is the caller's, or of no interest any more.
  );
  try {
    return await Promise.race([work, alarm]);
  } finally {
    timer!.cancel();
  }
}

/** The same, of work that is told by its signal that it is late. */
export function withSignal<T>(
  clock: Clock,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  late: () => Error,
): Promise<T> {
  const controller = new AbortController();
  return withDeadline(clock, ms, work(controller.signal), () => {
    const reason = late();
    controller.abort(reason);
    return reason;
  });
}
