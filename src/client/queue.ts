/** Items from a pushing source for one pulling reader. */
export interface Queue<T> {
  push(item: T): void;
  /** No more items; the reader gets what is left, then the end or the error. */
  end(error?: unknown): void;
  /** The next item; undefined at the end. */
  next(): Promise<T | undefined>;
  readonly length: number;
}

export function createQueue<T>(): Queue<T> {
  const items: T[] = [];
  let ended: { error: unknown } | undefined;
  let wake = () => {};
  return {
    push(item) {
      items.push(item);
      wake();
    },
    end(error) {
      ended ??= { error };
      wake();
    },
    async next() {
      while (items.length === 0 && !ended) {
        await new Promise<void>((resolve) => wake = resolve);
      }
      if (items.length === 0 && ended?.error !== undefined) throw ended.error;
      return items.shift();
    },
    get length() {
      return items.length;
    },
  };
}
