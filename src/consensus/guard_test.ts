import assert from "node:assert/strict";
import { ErrorCode } from "../errors/mod.ts";
import { DoubleSignGuard, type Place, Step } from "./guard.ts";

const MESSAGE = Uint8Array.of(1);
const OTHER = Uint8Array.of(2);

function at(height: bigint, round: number, step: Step): Place {
  return { height, round, step };
}

function refuses(guard: DoubleSignGuard, place: Place, message: Uint8Array) {
  assert.throws(
    () => guard.allow(place, message),
    { code: ErrorCode.DOUBLE_SIGN_REFUSED },
  );
}

Deno.test("the guard refuses another message for the same place", () => {
  const guard = new DoubleSignGuard();
  guard.allow(at(5n, 0, Step.prevote), MESSAGE);
  refuses(guard, at(5n, 0, Step.prevote), OTHER);
});

Deno.test("the guard allows the same message again, even after later ones", () => {
  const guard = new DoubleSignGuard();
  const place = at(5n, 0, Step.prevote);
  guard.allow(place, MESSAGE);
  guard.allow(at(5n, 0, Step.precommit), MESSAGE);
  guard.allow(place, MESSAGE);
  assert.equal(guard.intent(place)?.message, MESSAGE);
  assert.equal(guard.unsigned().length, 2);
});

Deno.test("the guard refuses every place before the last one", () => {
  const guard = new DoubleSignGuard();
  guard.allow(at(5n, 2, Step.prevote), MESSAGE);
  refuses(guard, at(4n, 9, Step.precommit), MESSAGE);
  refuses(guard, at(5n, 1, Step.precommit), MESSAGE);
  refuses(guard, at(5n, 2, Step.proposal), MESSAGE);
  guard.allow(at(5n, 2, Step.precommit), MESSAGE);
  guard.allow(at(6n, 0, Step.proposal), MESSAGE);
});

Deno.test("the guard refuses closed heights, and allows the next one", () => {
  const guard = new DoubleSignGuard();
  guard.close(5n);
  refuses(guard, at(5n, 100, Step.precommit), MESSAGE);
  guard.allow(at(6n, 0, Step.proposal), MESSAGE);
  guard.close(6n);
  assert.equal(guard.intent(at(6n, 0, Step.proposal)), undefined);
  refuses(guard, at(6n, 0, Step.proposal), MESSAGE);
});
