import { Session } from "node:inspector";

/** What all objects of a class hold in one of their fields: elements of a collection, or the number itself. */
export interface Holding {
  /** Objects that have the field. */
  objects: number;
  sum: number;
  most: number;
}

/** By `Class.#field`. */
export type Holdings = Map<string, Holding>;

interface Remote {
  objectId?: string;
  className?: string;
  description?: string;
  value?: unknown;
}

interface Property {
  name: string;
  value?: Remote;
}

const COLLECTION = /^(?:Map|Set|Array)\((\d+)\)$/;
/** Objects of classes with private fields, as ours are. */
const CHOSEN = `function () {
  const known = new Map();
  const isChosen = (one) => {
    const own = Object.getPrototypeOf(one)?.constructor;
    if (typeof own !== "function") return false;
    if (!known.has(own)) {
      const text = Function.prototype.toString.call(own);
      known.set(own, text.startsWith("class ") && text.includes("  #"));
    }
    return known.get(own);
  };
  return this.filter((one) => {
    try { return isChosen(one); } catch { return false; }
  });
}`;
/** Numbers that say how much is held; others are times and sums. */
const AMOUNTS = new Set([
  ...["Shares.#sum", "WaitingRoom.#size", "ByteQueue.#length"],
  ...["Link.#openRequests", "DataPlane.#handed"],
]);

/** Looks into every object of some classes that this process still holds, after a collection of garbage. */
export class Holder {
  readonly #session = new Session();

  constructor() {
    this.#session.connect();
  }

  async look(): Promise<Holdings> {
    const all = await this.#objects();
    const holdings: Holdings = new Map();
    for (const { value } of all) {
      if (!value?.objectId) continue;
      const fields = await this.#privates(value.objectId);
      note(holdings, value.className!, 1);
      for (const { name, value: held } of fields) {
        const field = `${value.className}.${name}`;
        const size = sizeOf(field, held);
        if (size !== undefined) note(holdings, field, size);
      }
    }
    await this.#post("Runtime.releaseObjectGroup", { objectGroup: GROUP });
    return holdings;
  }

  /** After a collection of garbage. */
  async heapBytes(): Promise<number> {
    // To look for objects collects what nobody holds.
    await this.#instances("(class {}).prototype");
    await this.#post("Runtime.releaseObjectGroup", { objectGroup: GROUP });
    const usage = await this.#post("Runtime.getHeapUsage", {});
    return (usage as { usedSize: number }).usedSize;
  }

  close(): void {
    this.#session.disconnect();
  }

  async #objects(): Promise<Property[]> {
    const objects = await this.#instances("Object.prototype");
    const { result: chosen } = await this.#post("Runtime.callFunctionOn", {
      ...{ objectId: objects.objectId, objectGroup: GROUP },
      functionDeclaration: CHOSEN,
    }) as { result: Remote };
    const { result } = await this.#properties(chosen.objectId!);
    return result.filter(({ name }) => /^\d+$/.test(name));
  }

  /** An array of all that have it, after a collection of garbage. */
  async #instances(prototype: string): Promise<Remote> {
    const { result } = await this.#post("Runtime.evaluate", {
      ...{ expression: prototype, objectGroup: GROUP },
    }) as { result: Remote };
    const { objects } = await this.#post("Runtime.queryObjects", {
      ...{ prototypeObjectId: result.objectId, objectGroup: GROUP },
    }) as { objects: Remote };
    return objects;
  }

  async #privates(objectId: string): Promise<Property[]> {
    const { privateProperties = [] } = await this.#properties(objectId);
    return privateProperties;
  }

  #properties(
    objectId: string,
  ): Promise<{ result: Property[]; privateProperties?: Property[] }> {
    return this.#post("Runtime.getProperties", {
      ...{ objectId, ownProperties: true },
    }) as never;
  }

  #post(method: string, parameters: object): Promise<unknown> {
    return new Promise((resolve, reject) =>
      this.#session.post(
        method,
        parameters,
        (error: Error | null, answer: unknown) =>
          error ? reject(error) : resolve(answer),
      )
    );
  }
}

const GROUP = "holdings";

function sizeOf(field: string, held: Remote | undefined): number | undefined {
  if (AMOUNTS.has(field)) return Number(held?.value);
  const [, size] = COLLECTION.exec(held?.description ?? "") ?? [];
  return size === undefined ? undefined : Number(size);
}

function note(holdings: Holdings, name: string, size: number): void {
  const known = holdings.get(name) ?? { objects: 0, sum: 0, most: 0 };
  holdings.set(name, {
    objects: known.objects + 1,
    sum: known.sum + size,
    most: Math.max(known.most, size),
  });
}
