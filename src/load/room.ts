/** Waits for conditions that others bring about. */
export class Room {
  #waiting: (() => void)[] = [];

  /** Resolves once `isThere` holds; it is tried now and after every `changed`. */
  async until(isThere: () => boolean): Promise<void> {
    while (!isThere()) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  changed(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
