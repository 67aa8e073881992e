/** What comes one by one, for one reader; it throws once the connection is over. */
export class Queue<T> {
  readonly #items: T[] = [];
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  push(item: T): void {
    this.#items.push(item);
    this.#wake?.();
  }

  fail(error: Error): void {
    this.#error ??= error;
    this.#wake?.();
  }

  async next(): Promise<T> {
    while (this.#items.length === 0) {
      if (this.#error) throw this.#error;
      await new Promise<void>((wake) => this.#wake = wake);
      this.#wake = undefined;
    }
    return this.#items.shift()!;
  }
}
