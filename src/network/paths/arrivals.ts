/** A sender has no two frames of a class on their way whose numbers are further apart. */
export const WINDOW = 8_192;

/**
 * Tells frames that come the first time from copies of them that take another
 * path, by their numbers. What is so old that it cannot be told counts as a
 * copy: a sender that keeps to the window sends no such frame.
 */
export class Arrivals {
  /** One more than the highest number. */
  #end = 0;
  /** Whether a number came, for the last ones; a ring. */
  readonly #came = new Uint8Array(WINDOW);

  isNew(number: number): boolean {
    const isNumber = Number.isSafeInteger(number) && number >= 0;
    if (!isNumber || number < this.#end - WINDOW) return false;
    if (number >= this.#end) this.#advance(number + 1);
    const at = number % WINDOW;
    if (this.#came[at] === 1) return false;
    this.#came[at] = 1;
    return true;
  }

  #advance(end: number): void {
    if (end - this.#end >= WINDOW) this.#came.fill(0);
    else for (let n = this.#end; n < end; n++) this.#came[n % WINDOW] = 0;
    this.#end = end;
  }
}
