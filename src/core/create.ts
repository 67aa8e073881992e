/** Instances of the core whose errors are ours. */
import {
  type CoreExports,
  createCore as createBare,
} from "../../core-wasm/pkg/rustorium_core.js";
import { ErrorCode, toRustoriumError } from "../errors/mod.ts";

type Callable = (...args: unknown[]) => unknown;
type Constructor = new (...args: unknown[]) => object;

/**
 * A fresh, independent instance. What it throws is a `RustoriumError`; a trap
 * becomes `ENGINE_TRAPPED`, and the instance must not be used any more.
 * `entropy` is mixed into what batches of signatures are checked with: give 32
 * random bytes where those who sign are not trusted.
 */
export function createCore(
  module: WebAssembly.Module,
  entropy?: Uint8Array,
): CoreExports {
  const bare = createBare(module) as unknown as Record<string, unknown>;
  const exports = Object.entries(bare).map(([name, value]) =>
    [name, isClass(value) ? convertClass(value) : convert(value)] as const
  );
  const core = Object.fromEntries(exports) as unknown as CoreExports;
  if (entropy) core.addEntropy(entropy);
  return core;
}

function isClass(value: unknown): value is Constructor {
  return typeof value === "function" &&
    typeof value.prototype?.free === "function";
}

function convert(value: unknown): unknown {
  if (typeof value !== "function") return value;
  return function (this: unknown, ...args: unknown[]) {
    return converting(() => Reflect.apply(value as Callable, this, args));
  };
}

function convertClass(bare: Constructor): Constructor {
  convertMembers(bare.prototype);
  convertMembers(bare);
  return new Proxy(bare, {
    construct: (target, args, self) =>
      converting(() => Reflect.construct(target, args, self)),
  });
}

/** The glue of each instance has classes of its own, so they may be changed in place. */
function convertMembers(holder: object): void {
  const members = Object.entries(Object.getOwnPropertyDescriptors(holder));
  for (const [name, member] of members) {
    if (KEPT.has(name)) continue;
    Object.defineProperty(holder, name, {
      ...member,
      ...(member.get && { get: convert(member.get) as () => unknown }),
      ...(typeof member.value === "function" &&
        { value: convert(member.value) }),
    });
  }
}

/** What errors of ours do not come out of. */
const KEPT = new Set(["constructor", "prototype", "free", "__wrap"]);

function converting<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw toRustoriumError(error, ErrorCode.ENGINE_TRAPPED);
  }
}
