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
