import assert from "node:assert/strict";

const ASK_MS = 100;

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Asks again and again until it holds. A node that does not answer holds nothing; what a test asserts in between, must. */
export async function until(
  what: string,
  withinMs: number,
  holds: () => Promise<boolean>,
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!await holds().catch(unlessAsserted)) {
    assert.ok(performance.now() < end, `${what}: not within ${withinMs} ms`);
    await pause(ASK_MS);
  }
}

function unlessAsserted(thrown: unknown): false {
  if (thrown instanceof assert.AssertionError) throw thrown;
  return false;
}
