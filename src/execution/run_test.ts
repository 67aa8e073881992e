import assert from "node:assert/strict";
import { Run } from "./run.ts";

async function* three(): AsyncGenerator<number> {
  yield* [1, 2, 3];
}

function counted(items: AsyncIterator<number>) {
  let completions = 0;
  const run = new Run(items, () => Promise.resolve(void completions++));
  return { run, completions: () => completions };
}

Deno.test("a run read to its end completes, then is over", async () => {
  const { run, completions } = counted(three());
  assert.deepEqual(await Array.fromAsync(run), [1, 2, 3]);
  await run.over;
  assert.equal(completions(), 1);
});

Deno.test("a run that is left is over without completing, even before its first item", async () => {
  const begun = counted(three());
  for await (const _ of begun.run) break;
  await begun.run.over;
  const untouched = counted(three());
  await untouched.run.return();
  await untouched.run.over;
  assert.equal(begun.completions() + untouched.completions(), 0);
});

Deno.test("a run that fails is over and says why", async () => {
  // deno-lint-ignore require-yield
  async function* failing(): AsyncGenerator<number> {
    throw new Error("no page");
  }
  const { run, completions } = counted(failing());
  await assert.rejects(Array.fromAsync(run), /no page/);
  await run.over;
  assert.equal(completions(), 0);
});
