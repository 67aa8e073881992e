/** Calls listeners at once, in the order in which they came. */
export class Emitter {
  readonly #listeners = new Map<
    string,
    { call: (event: never) => void; isOnce: boolean }[]
  >();

  addEventListener(
    name: string,
    call: (event: never) => void,
    { once = false }: { once?: boolean } = {},
  ): void {
    const known = this.#listeners.get(name) ?? [];
    this.#listeners.set(name, [...known, { call, isOnce: once }]);
  }

  protected emit(name: string, event: object): void {
    const known = this.#listeners.get(name) ?? [];
    this.#listeners.set(name, known.filter(({ isOnce }) => !isOnce));
    for (const { call } of known) call(event as never);
  }
}
