import assert from "node:assert/strict";
import { Holder, type Holdings } from "./holdings.ts";
import { leaks, remains } from "./leaks.ts";

class Kennel {
  readonly #dogs = new Map<string, number>();

  take(name: string): void {
    this.#dogs.set(name, this.#dogs.size);
  }
}

Deno.test("what objects hold in private fields is counted while somebody holds them", async () => {
  const holder = new Holder();
  const kennels = [new Kennel(), new Kennel()];
  for (const name of ["Argos", "Laika", "Rex"]) kennels[0]!.take(name);
  kennels[1]!.take("Hachiko");
  const held = await holder.look();
  assert.deepEqual(held.get("Kennel.#dogs"), { objects: 2, sum: 4, most: 3 });
  kennels.length = 0;
  const after = await holder.look();
  assert.equal(after.get("Kennel.#dogs"), undefined);
  holder.close();
});

Deno.test("more than in a fresh network is a leak, and so is what is left of closed ones; a bounded past is none", () => {
  const all = (entries: Record<string, number>): Holdings =>
    new Map(
      Object.entries(entries).map(([name, sum]) => [
        name,
        { objects: 1, sum, most: sum },
      ]),
    );
  const fresh = all({ "Pulse.#timers": 30, "Book.#entries": 12 });
  const held = all({ "Pulse.#timers": 70, "Book.#entries": 900 });
  assert.deepEqual(leaks(held, fresh), []);
  const leaking = all({ "Pulse.#timers": 90, "Book.#entries": 1_001 });
  assert.equal(leaks(leaking, fresh).length, 2);
  assert.equal(remains(held, all({ "Book.#entries": 1 })).length, 1);
});
