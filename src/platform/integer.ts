const DRAW_BYTES = 6;
const DRAW_RANGE = 2 ** (8 * DRAW_BYTES);

/** A whole number in [0, bound), each equally likely. `bound` is at most 2^48. */
export function integerBelow(
  bound: number,
  bytes: (length: number) => Uint8Array,
): number {
  return integerOf(
    bound,
    () => bytes(DRAW_BYTES).reduce((sum, byte) => sum * 256 + byte, 0),
  );
}

/** The same, of draws in [0, 2^48). */
export function integerOf(bound: number, next: () => number): number {
  if (!Number.isInteger(bound) || bound < 1 || bound > DRAW_RANGE) {
    throw new RangeError(`bound ${bound} is not a whole number in 1..2^48`);
  }
  // Draws above the largest multiple of the bound would favour small numbers.
  const limit = DRAW_RANGE - DRAW_RANGE % bound;
  while (true) {
    const draw = next();
    if (draw < limit) return draw % bound;
  }
}
