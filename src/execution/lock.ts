/** Lets one task at a time at what it guards, in the order in which they asked. */
export class Lock {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#last.then(task);
    // Whoever asked hears of the failure; those behind go on.
    this.#last = done.catch(() => undefined);
    return done;
  }
}
