/**
 * Those who have not yet said who they are. Whoever comes when it is full takes
 * the place of the one that has waited longest in the largest group: a flood
 * displaces itself, and who is quick is through before.
 */
export class WaitingRoom<T> {
  readonly #placesMax: number;
  /** By group, each in the order in which they came. */
  readonly #groups = new Map<string, Set<T>>();
  #size = 0;

  constructor(placesMax: number) {
    this.#placesMax = placesMax;
  }

  get size(): number {
    return this.#size;
  }

  /** Gives who has to go for it, if anybody. */
  enter(group: string, one: T): T | undefined {
    const victim = this.#size < this.#placesMax ? undefined : this.#first();
    if (victim) this.leave(...victim);
    const members = this.#groups.get(group) ?? new Set();
    this.#groups.set(group, members.add(one));
    this.#size++;
    return victim?.[1];
  }

  /** Whether it was still there. */
  leave(group: string, one: T): boolean {
    const members = this.#groups.get(group);
    if (!members?.delete(one)) return false;
    this.#size--;
    if (members.size === 0) this.#groups.delete(group);
    return true;
  }

  #first(): [string, T] | undefined {
    let largest: [string, Set<T>] | undefined;
    for (const entry of this.#groups) {
      if (!largest || entry[1].size > largest[1].size) largest = entry;
    }
    if (!largest) return undefined;
    const [group, members] = largest;
    return [group, members.values().next().value!];
  }
}
