import type { Book } from "../book.ts";
import type { KnownRecord } from "../record.ts";
import type { Roles } from "./roles.ts";

export interface DataTargetParts {
  book: Book;
  roles: Roles;
  /** How many strangers of one address group may be dialled; 0: any. */
  perGroup: number;
  groupOf(record: KnownRecord): string | undefined;
  /** Whether there is a place for one more. */
  hasRoom(): boolean;
}

/**
 * Says whom the data plane may dial by what is heard of them, before anybody was
 * met: whoever is protected, and of strangers, while there is room, no more than
 * some of one group.
 */
export class DataTargets {
  readonly #parts: DataTargetParts;
  readonly #groups = new Map<string, string>();

  constructor(parts: DataTargetParts) {
    this.#parts = parts;
  }

  wants(record: KnownRecord): boolean {
    const { book, roles, perGroup, groupOf, hasRoom } = this.#parts;
    const { id } = record;
    const group = groupOf(record);
    if (roles.isProtected(id)) return true;
    if (!hasRoom()) return false;
    if (group === undefined || perGroup === 0) return true;
    for (const known of this.#groups.keys()) {
      if (!book.get(known)) this.#groups.delete(known);
    }
    const others = [...this.#groups]
      .filter(([other, one]) => other !== id && one === group);
    if (others.length >= perGroup) return false;
    this.#groups.set(id, group);
    return true;
  }
}
