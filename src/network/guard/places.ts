/** How many there are of each name, and no more than a bound. Who left is forgotten. */
export class Places {
  readonly #taken = new Map<string, number>();

  get size(): number {
    return this.#taken.size;
  }

  /** Takes one place of each name, `[name, most]`. Gives the first name that has none; then it has taken nothing. */
  take(wanted: readonly (readonly [string, number])[]): string | undefined {
    const full = wanted.find(([name, most]) => this.count(name) >= most);
    if (full) return full[0];
    for (const [name] of wanted) this.#taken.set(name, this.count(name) + 1);
    return undefined;
  }

  give(names: readonly string[]): void {
    for (const name of names) {
      const left = this.count(name) - 1;
      if (left > 0) this.#taken.set(name, left);
      else this.#taken.delete(name);
    }
  }

  count(name: string): number {
    return this.#taken.get(name) ?? 0;
  }
}
