import type { CoreExports } from "../core/mod.ts";

type Method = (...args: unknown[]) => unknown;

/** A core whose engines are called with other arguments than their node gives. */
export function overEngine(
  core: CoreExports,
  change: (method: string, args: unknown[]) => unknown[],
): CoreExports {
  const engine = (target: object) =>
    new Proxy(target, {
      get: (_, name) => {
        const member = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        return (...args: unknown[]) =>
          (member as Method).apply(target, change(String(name), args));
      },
    });
  const Engine = new Proxy(core.Engine, {
    construct: (target, args) => engine(Reflect.construct(target, args)),
  });
  return { ...core, Engine };
}
