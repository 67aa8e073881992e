import type { Log } from "../platform/mod.ts";

/** What must be shut down, in the reverse order of its start. */
export class Closing {
  readonly #steps: { name: string; close: () => unknown }[] = [];
  readonly #log: Log;
  #done: Promise<void> | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  add(name: string, close: () => unknown): void {
    this.#steps.push({ name, close });
  }

  /** One part that does not close keeps none of the others from closing. */
  run(): Promise<void> {
    this.#done ??= this.#run();
    return this.#done;
  }

  async #run(): Promise<void> {
    for (const { name, close } of this.#steps.reverse()) {
      try {
        await close();
      } catch (error) {
        this.#log.warn("part did not close cleanly", { name, error });
      }
    }
  }
}
