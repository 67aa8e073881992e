import assert from "node:assert/strict";
import { parseCpuProfile } from "./cpu_profile.ts";
import { profileFigures } from "./figures.ts";
import { summarise } from "./summary.ts";

const SRC = "file:///somewhere/src";
const FILE = "CPU.1.2.worker-2.cpuprofile";

/** A call with its callees; ids count up. */
function tree() {
  const nodes: object[] = [];
  const add = (functionName: string, url = "", children: number[] = []) => {
    const callFrame = { functionName, url, lineNumber: 9 };
    nodes.push({ id: nodes.length + 1, callFrame, children });
    return nodes.length;
  };
  const alloc = add("dlmalloc::malloc::h0123456789abcdef", "wasm://wasm/a");
  const mul = add("curve25519_dalek::mul::h0123456789abcdef", "wasm://wasm/a");
  const submit = add(
    "rustorium_core::mempool::submit::hfedcba9876543210",
    "wasm://wasm/a",
    [alloc, mul],
  );
  const call = add("submit", `${SRC}/execution/executor.ts`, [submit]);
  const gc = add("(garbage collector)");
  const idle = add("(idle)");
  add("(root)", "", [call, gc, idle]);
  return { nodes, alloc, mul, submit, gc, idle };
}

const { nodes, ...ids } = tree();
const profile = parseCpuProfile(JSON.stringify({
  nodes,
  ...{ startTime: 1_000, endTime: 10_000 },
  samples: [ids.mul, ids.mul, ids.alloc, ids.submit, ids.gc, ids.idle],
  timeDeltas: [100, 400, 30, 20, 50, 500],
}));
const ALL = { first: 1_000, last: 10_000 };

Deno.test("time goes to what a function is for, or to what called it", () => {
  const { thread, ranUs, categories } = summarise(profile, ALL, FILE);
  assert.equal(thread, "executor");
  assert.equal(ranUs, 600);
  assert.deepEqual(Object.fromEntries(categories), {
    ...{ signature: 500, mempool: 50, gc: 50 },
  });
});

Deno.test("functions have names without hashes, the largest first", () => {
  const { functions } = summarise(profile, ALL, FILE);
  assert.deepEqual(
    functions.map(({ name, place, selfUs }) => [name, place, selfUs]),
    [
      ["curve25519_dalek::mul", "WebAssembly", 500],
      ["(garbage collector)", "", 50],
      ["dlmalloc::malloc", "WebAssembly", 30],
      ["rustorium_core::mempool::submit", "WebAssembly", 20],
    ],
  );
});

Deno.test("what was sampled outside of the window does not count", () => {
  const { ranUs } = summarise(profile, { first: 1_200, last: 1_540 }, FILE);
  assert.equal(ranUs, 430);
});

Deno.test("the profile without a number is of the main thread", () => {
  assert.equal(summarise(profile, ALL, "CPU.1.2.cpuprofile").thread, "main");
});

Deno.test("shares of samples divide what the operating system counted", () => {
  const by_thread = { executor: 60, sqlite: 5, "v8:ProfEvntProc": 9 };
  const { by_category, threads } = profileFigures(
    [summarise(profile, ALL, FILE)],
    {
      ...{ total: 74, per_validator: 74, busiest_thread: 60, kernel: 5 },
      by_thread,
    },
  );
  assert.deepEqual(by_category, {
    ...{ signature: 50, mempool: 5, gc: 5, "V8 and others": 5 },
  });
  assert.equal(threads[0]!.functions[0]!.us_per_tx, 50);
});

Deno.test("a file that is no profile is refused", () => {
  assert.throws(() => parseCpuProfile("{}"));
});
