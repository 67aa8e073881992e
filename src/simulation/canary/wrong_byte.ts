import type { Executor } from "../../execution/mod.ts";

/** An executor whose state root is wrong in one byte from a height on. */
export function withWrongByte(executor: Executor, from: bigint): Executor {
  const execute: Executor["execute"] = async (block) => {
    const result = await executor.execute(block);
    if (block.height < from) return result;
    const stateRoot = result.stateRoot.slice();
    stateRoot[0]! ^= 1;
    return { ...result, stateRoot };
  };
  return new Proxy(executor, {
    get: (target, name) => {
      if (name === "execute") return execute;
      const member = Reflect.get(target, name);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}
