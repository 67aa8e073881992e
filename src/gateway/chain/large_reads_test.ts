import assert from "node:assert/strict";
import { TestChain } from "../testing/mod.ts";
import { fewLargeReads } from "./large_reads.ts";

/** A store that answers `result` when it is told to. */
function setUp(max: number) {
  const asked: bigint[] = [];
  const answers: PromiseWithResolvers<undefined>[] = [];
  const { store } = new TestChain().backend;
  const few = fewLargeReads({
    ...store,
    result(height) {
      asked.push(height);
      const answer = Promise.withResolvers<undefined>();
      answers.push(answer);
      return answer.promise;
    },
  }, max);
  return { few, asked, answers };
}

Deno.test("so many large answers are on their way at once, and the others wait in their order", async () => {
  const { few, asked, answers } = setUp(2);
  const reads = [1n, 2n, 3n, 4n].map((height) => few.result(height));
  assert.deepEqual(asked, [1n, 2n]);
  assert.equal(await few.tip(), 0n);
  answers[1]!.reject(new Error("broken"));
  await assert.rejects(reads[1]!, /broken/);
  assert.deepEqual(asked, [1n, 2n, 3n]);
  answers[0]!.resolve(undefined);
  answers[2]!.resolve(undefined);
  await Promise.all([reads[0], reads[2]]);
  assert.deepEqual(asked, [1n, 2n, 3n, 4n]);
  answers[3]!.resolve(undefined);
  await reads[3];
  const last = few.result(5n);
  assert.deepEqual(asked.at(-1), 5n);
  answers[4]!.resolve(undefined);
  assert.equal(await last, undefined);
});
