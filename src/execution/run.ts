/**
 * A run through `items` that tells when it is over, and whether to the end. It
 * counts as begun when it is made: what must not happen meanwhile is held off
 * from that moment.
 */
export class Run<T> implements AsyncIterableIterator<T> {
  readonly over: Promise<void>;
  readonly #items: AsyncIterator<T>;
  readonly #complete: () => Promise<void>;
  #finish!: () => void;

  constructor(items: AsyncIterator<T>, complete: () => Promise<void>) {
    this.#items = items;
    this.#complete = complete;
    this.over = new Promise((resolve) => this.#finish = resolve);
  }

  async next(): Promise<IteratorResult<T>> {
    try {
      const result = await this.#items.next();
      if (result.done) await this.#complete();
      if (result.done) this.#finish();
      return result;
    } catch (thrown) {
      this.#finish();
      throw thrown;
    }
  }

  async return(): Promise<IteratorResult<T>> {
    this.#finish();
    await this.#items.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
