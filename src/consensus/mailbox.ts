/**
 * Runs tasks one after the other, so that what the host does for one input is
 * done before the next one is looked at.
 */
export class Mailbox {
  readonly #tasks: (() => Promise<void> | void)[] = [];
  readonly #onError: (error: unknown) => void;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  get length(): number {
    return this.#tasks.length;
  }

  post(task: () => Promise<void> | void): void {
    if (this.#closed) return;
    this.#tasks.push(task);
    this.#running ??= this.#run();
  }

  /** Lets the task under way end, drops the rest. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#tasks.length = 0;
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let task; (task = this.#tasks.shift());) {
      try {
        await task();
      } catch (error) {
        this.#closed = true;
        this.#tasks.length = 0;
        this.#onError(error);
      }
    }
    this.#running = undefined;
  }
}
