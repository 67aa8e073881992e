import { LIMITS } from "../limits.ts";

/** The last good peers that the node dialled by itself, to begin with after a restart: whoever surrounds a node that starts anew would have to own these. */
export class Anchors {
  #ids: string[] = [];

  /** These were dialled, and are good peers now. Whether that is news. */
  use(ids: readonly string[]): boolean {
    const before = new Set(this.#ids);
    this.#ids = [...new Set([...ids, ...this.#ids])]
      .slice(0, LIMITS.anchorsMax);
    return this.#ids.some((id) => !before.has(id));
  }

  has(id: string): boolean {
    return this.#ids.includes(id);
  }

  all(): readonly string[] {
    return this.#ids;
  }
}
