/** Lets through while it is open. */
export class Gate {
  #opening: Promise<void> | undefined;
  #open: () => void = () => {};

  close(): void {
    this.#opening ??= new Promise((resolve) => this.#open = resolve);
  }

  open(): void {
    this.#open();
    this.#opening = undefined;
  }

  /** Resolves when it is open. */
  async passed(): Promise<void> {
    while (this.#opening) await this.#opening;
  }
}
