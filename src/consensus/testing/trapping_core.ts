import type { CoreExports } from "../../core/mod.ts";
import { ErrorCode, fault } from "../../errors/mod.ts";

type Method = (...args: unknown[]) => unknown;

/** Counts calls of engines; the n-th of all traps. */
export class Traps {
  readonly #at: ReadonlySet<number>;
  #count = 0;

  constructor(...at: number[]) {
    this.#at = new Set(at);
  }

  /** A core whose engines may trap. What a trapped one has done inside is lost, as in life. */
  core(core: CoreExports): CoreExports {
    const Engine = new Proxy(core.Engine, {
      construct: (target, args) =>
        this.#engine(Reflect.construct(target, args)),
    });
    return { ...core, Engine };
  }

  #engine(engine: object): object {
    return new Proxy(engine, {
      get: (target, name) => {
        const member = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        return (...args: unknown[]) => {
          const result = (member as Method).apply(target, args);
          if (this.#at.has(++this.#count)) {
            throw fault(ErrorCode.ENGINE_TRAPPED, "unreachable");
          }
          return result;
        };
      },
    });
  }
}
