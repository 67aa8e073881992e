import { create, toBinary } from "@bufbuild/protobuf";
import assert from "node:assert/strict";
import { ValidatorSetSchema } from "../../proto/gen/rustorium/v1/consensus_pb.ts";
import { Validators } from "../validators.ts";
import { BatchPool } from "./pool.ts";

const [a, b, c, d] = [1, 2, 3, 4].map((n) => new Uint8Array(32).fill(n));
const ALL = [a!, b!, c!, d!];

function pool(): BatchPool {
  const set = create(ValidatorSetSchema, {
    validators: ALL.map((address) => ({
      address,
      publicKey: address,
      power: 10n,
    })),
  });
  return new BatchPool(new Validators(toBinary(ValidatorSetSchema, set)));
}

function facts(author: Uint8Array, sequence: bigint, validUntil = 20n) {
  return {
    author,
    sequence,
    validUntil,
    payloadBytes: 100,
    transactionCount: 1,
  };
}

function digest(n: number): Uint8Array {
  return new Uint8Array(32).fill(n);
}

function add(into: BatchPool, n: number, holders: Uint8Array[], of = a!): void {
  into.add(digest(n), facts(of, BigInt(n)), 1n);
  for (const holder of holders) into.hold(digest(n), holder);
}

Deno.test("a block names a batch once more than two thirds hold it", () => {
  const one = pool();
  add(one, 1, [a!, b!]);
  assert.deepEqual(one.choose(1n, 9), []);
  assert.equal(one.hold(digest(1), b!), false);
  assert.equal(one.hold(digest(1), new Uint8Array(32).fill(9)), false);
  assert.equal(one.hold(digest(1), c!), true);
  assert.deepEqual(one.choose(1n, 9), [digest(1)]);
});

Deno.test("announcements that come before their batch count", () => {
  const one = pool();
  for (const holder of ALL) one.hold(digest(1), holder);
  assert.equal(one.hasEligible(1n), false);
  add(one, 1, []);
  assert.equal(one.hasEligible(1n), true);
});

Deno.test("the oldest come first, each author's in its order", () => {
  const one = pool();
  add(one, 2, ALL);
  add(one, 7, ALL, b!);
  add(one, 1, ALL);
  assert.deepEqual(one.choose(1n, 9), [digest(1), digest(7), digest(2)]);
  assert.deepEqual(one.choose(1n, 1), [digest(1)]);
});

Deno.test("an author's later batch waits for its earlier one, but not for ever", () => {
  const one = pool();
  add(one, 1, [a!]);
  add(one, 2, ALL);
  assert.deepEqual(one.choose(1n, 9), []);
  assert.deepEqual(one.choose(3n, 9), [digest(2)]);
});

Deno.test("an author's later batch waits for one that has not come, but not for ever", () => {
  const one = pool();
  add(one, 1, ALL);
  one.settle(1n, [digest(1)]);
  add(one, 3, ALL);
  assert.deepEqual(one.choose(2n, 9), []);
  add(one, 2, ALL);
  assert.deepEqual(one.choose(2n, 9), [digest(2), digest(3)]);
  one.settle(2n, [digest(3), digest(2)]);
  add(one, 5, ALL);
  assert.deepEqual(one.choose(2n, 9), []);
  assert.deepEqual(one.choose(3n, 9), [digest(5)]);
  // Whose number is the next does not wait.
  one.settle(3n, [digest(5)]);
  add(one, 6, ALL);
  assert.deepEqual(one.choose(1n, 9), [digest(6)]);
});

Deno.test("named ones leave, and own ones that came too late give their transactions back", () => {
  const one = pool();
  add(one, 1, ALL);
  const payload = new Uint8Array([1, 2]);
  one.add(digest(2), facts(a!, 2n, 5n), 1n, payload);
  assert.equal(one.own, 1);
  assert.deepEqual(one.settle(4n, [digest(1)]), []);
  assert.equal(one.has(digest(1)), false);
  assert.deepEqual(one.settle(5n, []), [payload]);
  assert.equal(one.own, 0);
});

Deno.test("no author takes more than its part", () => {
  const one = pool();
  for (let n = 1; n <= 64; n++) add(one, n, []);
  assert.equal(one.hasRoom(facts(a!, 99n)), false);
  assert.equal(one.hasRoom(facts(b!, 99n)), true);
  assert.equal(
    one.hasRoom({ ...facts(b!, 99n), payloadBytes: 1 << 30 }),
    false,
  );
  assert.equal(one.hasRoom(facts(new Uint8Array(32).fill(9), 1n)), false);
});

Deno.test("a batch is named neither after its time nor so early that it could be named again", () => {
  const one = pool();
  one.add(digest(1), facts(a!, 1n, 30n), 9n);
  for (const holder of ALL) one.hold(digest(1), holder);
  assert.equal(one.hasEligible(9n), false);
  assert.equal(one.hasEligible(10n), true);
  assert.equal(one.hasEligible(30n), true);
  assert.equal(one.hasEligible(31n), false);
});
