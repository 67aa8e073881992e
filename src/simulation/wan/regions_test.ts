import assert from "node:assert/strict";
import { type Region, REGIONS, roundTripMs } from "./regions.ts";

/** Light in fibre. */
const KM_PER_MS = 200;
const EARTH_KM = 6_371;

const pairs = REGIONS.flatMap((_, one) =>
  REGIONS.keys().filter((other) => other !== one)
    .map((other) => [one, other] as const).toArray()
);

function distanceKm(one: Region, other: Region): number {
  const radians = (degrees: number) => degrees * Math.PI / 180;
  const [a, b] = [radians(one.latitude), radians(other.latitude)];
  const [north, east] = [b - a, radians(other.longitude - one.longitude)];
  const h = Math.sin(north / 2) ** 2 +
    Math.cos(a) * Math.cos(b) * Math.sin(east / 2) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.sqrt(h));
}

Deno.test("there are ten regions, each with a name of its own", () => {
  assert.equal(REGIONS.length, 10);
  assert.equal(new Set(REGIONS.map(({ name }) => name)).size, 10);
});

Deno.test("every pair has a round trip, the same from both ends", () => {
  for (const [one, other] of pairs) {
    assert.ok(Number.isInteger(roundTripMs(one, other)), `${one} ${other}`);
    assert.equal(roundTripMs(one, other), roundTripMs(other, one));
  }
  for (const one of REGIONS.keys()) assert.equal(roundTripMs(one, one), 2);
});

Deno.test("no round trip is faster than light in fibre, none five times as slow", () => {
  for (const [one, other] of pairs) {
    const leastMs = 2 * distanceKm(REGIONS[one]!, REGIONS[other]!) / KM_PER_MS;
    const ratio = roundTripMs(one, other) / leastMs;
    const name = `${REGIONS[one]!.name} to ${REGIONS[other]!.name}`;
    assert.ok(ratio > 1 && ratio < 5, `${name}: ${ratio.toFixed(2)}`);
  }
});

Deno.test("some of the table, as it was published", () => {
  const of = (one: string, other: string) => {
    const [a, b] = [one, other].map((name) =>
      REGIONS.findIndex((region) => region.name === name)
    );
    return roundTripMs(a!, b!);
  };
  assert.equal(of("East US", "Japan East"), 162);
  assert.equal(of("North Europe", "Germany West Central"), 27);
  assert.equal(of("Australia East", "South Africa North"), 328);
  assert.equal(of("Southeast Asia", "Brazil South"), 331);
});
