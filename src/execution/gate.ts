interface Visit {
  isAlone: boolean;
  enter: () => void;
}

/**
 * Lets many in together, or one alone, in the order in which they asked: who
 * wants to be alone waits for those who are in, and those who ask later wait
 * for him.
 */
export class Gate {
  readonly #waiting: Visit[] = [];
  #inside = 0;
  #isAlone = false;

  together<T>(task: () => Promise<T>): Promise<T> {
    return this.#visit(false, task);
  }

  alone<T>(task: () => Promise<T>): Promise<T> {
    return this.#visit(true, task);
  }

  async #visit<T>(isAlone: boolean, task: () => Promise<T>): Promise<T> {
    await new Promise<void>((enter) => {
      this.#waiting.push({ isAlone, enter });
      this.#admit();
    });
    try {
      return await task();
    } finally {
      this.#inside--;
      this.#isAlone = false;
      this.#admit();
    }
  }

  #admit(): void {
    for (let next; (next = this.#waiting[0]);) {
      if (this.#isAlone || next.isAlone && this.#inside > 0) return;
      this.#waiting.shift();
      this.#inside++;
      this.#isAlone = next.isAlone;
      next.enter();
    }
  }
}
