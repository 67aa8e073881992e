/** What of something all may hold together, and each alone. */
export interface SharesOptions {
  all: number;
  each: number;
}

/** Of all, what those who are not protected may hold together. */
const STRANGERS = 3 / 4;

/** Who holds how much. Whoever is protected has no bound of its own, and a part that strangers cannot take. */
export class Shares {
  readonly #options: SharesOptions;
  readonly #held = new Map<string, number>();
  #sum = 0;

  constructor(options: SharesOptions) {
    this.#options = options;
  }

  /** In all. */
  get held(): number {
    return this.#sum;
  }

  heldBy(who: string): number {
    return this.#held.get(who) ?? 0;
  }

  /** Whether there is so much; only then it is taken. */
  take(who: string, amount: number, isProtected: boolean): boolean {
    const { all, each } = this.#options;
    const held = this.heldBy(who) + amount;
    const sum = this.#sum + amount;
    const allowed = isProtected
      ? sum <= all
      : held <= each && sum <= all * STRANGERS;
    if (!allowed) return false;
    this.#held.set(who, held);
    this.#sum = sum;
    return true;
  }

  give(who: string, amount: number): void {
    const left = this.heldBy(who) - amount;
    this.#sum -= amount;
    if (left > 0) this.#held.set(who, left);
    else this.#held.delete(who);
  }
}
