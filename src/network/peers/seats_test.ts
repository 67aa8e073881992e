import assert from "node:assert/strict";
import { excess, type Places, type Seat, seat, surplus } from "./seats.ts";

let made = 0;
const peer = (changed: Partial<Seat> = {}): Seat => ({
  id: `peer ${made}`,
  group: undefined,
  direction: "in",
  isProtected: false,
  score: 0,
  sinceMs: made++,
  ...changed,
});
const places: Places = { max: 4, outbound: 1, validators: 0 };

Deno.test("whoever comes is admitted while there is room", () => {
  assert.deepEqual(seat(peer(), [peer(), peer()], places), {
    isAdmitted: true,
  });
});

Deno.test("places of peers that we choose are not given to those who dial us", () => {
  const guests = [peer(), peer(), peer()];
  assert.deepEqual(seat(peer(), guests, places), { isAdmitted: false });
  const chosen = peer({ direction: "out" });
  assert.deepEqual(seat(chosen, guests, places), { isAdmitted: true });
  const withChosen = [chosen, peer(), peer()];
  assert.ok(seat(peer(), withChosen, places).isAdmitted);
});

Deno.test("a validator displaces the worst stranger, and is displaced by nobody", () => {
  const validator = peer({ isProtected: true });
  const bad = peer({ score: -3 });
  const full = [peer(), bad, peer({ direction: "out" }), peer({ score: 2 })];
  assert.deepEqual(seat(validator, full, places), {
    isAdmitted: true,
    evict: bad.id,
  });
  const validators = Array.from(
    { length: 4 },
    () => peer({ isProtected: true, score: -90 }),
  );
  for (const direction of ["in", "out"] as const) {
    assert.deepEqual(seat(peer({ direction, score: 50 }), validators, places), {
      isAdmitted: false,
    });
  }
});

Deno.test("a stranger displaces who is bad, or one of a crowd of another group, else nobody", () => {
  const chosen = peer({ direction: "out", score: -50 });
  const group = (group: string) => peer({ group });
  const good = [chosen, group("1.1"), group("2.2"), group("3.3")];
  assert.deepEqual(seat(peer(), good, places), { isAdmitted: false });
  const crowd = [chosen, group("1.1"), group("2.2"), group("2.2")];
  assert.deepEqual(seat(group("3.3"), crowd, places), {
    isAdmitted: true,
    evict: crowd[3]!.id,
  });
  assert.deepEqual(seat(group("2.2"), crowd, places), { isAdmitted: false });
  const bad = peer({ score: -1 });
  assert.deepEqual(seat(peer(), [chosen, peer(), peer(), bad], places), {
    isAdmitted: true,
    evict: bad.id,
  });
});

Deno.test("strangers may use the validators' places for a while, the worst go first", () => {
  const places = { max: 4, outbound: 0, validators: 2 };
  const now = made + 1_000;
  const old = peer({ score: 5 });
  const bad = peer({ score: -5 });
  const fresh = peer({ sinceMs: now - 1, score: -9 });
  const validator = peer({ isProtected: true });
  assert.deepEqual(surplus([old, bad, validator], places, now, 100), []);
  const all = [old, bad, fresh, validator];
  assert.deepEqual(surplus(all, places, now, 100), [bad.id]);
  assert.deepEqual(surplus(all, places, now, 10_000), []);
});

Deno.test("where too many are connected, those go who dialled us, the worst first, then others, never the protected", () => {
  const validator = peer({ isProtected: true, score: -50 });
  const chosen = peer({ direction: "out", score: -20 });
  const [bad, good] = [peer({ score: -1 }), peer({ score: 1 })];
  const all = [validator, chosen, good, bad];
  const left = (max: number) => excess(all, { ...places, outbound: 0, max });
  assert.deepEqual(left(4), []);
  assert.deepEqual(left(3), [bad.id]);
  assert.deepEqual(left(1), [bad.id, good.id, chosen.id]);
  assert.deepEqual(left(0), [bad.id, good.id, chosen.id]);
});

Deno.test("whoever came in without asking does not keep the places of those that we choose", () => {
  const guests = [peer(), peer(), peer({ score: -1 }), peer()];
  assert.deepEqual(excess(guests, places), [guests[2]!.id]);
  const chosen = peer({ direction: "out" });
  assert.deepEqual(excess([...guests.slice(0, 2), chosen], places), []);
});
