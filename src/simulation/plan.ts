import type { LinkOptions, Random } from "../platform/mod.ts";
import { BEHAVIOURS } from "./byzantine/mod.ts";
import { newChain, type SimChain } from "./chain.ts";

/** Validators of a run, as often as they stand here. */
const COUNTS = [4, 4, 4, 4, 4, 4, 5, 5, 6, 7] as const;
const POWER = 10n;

/** What a run begins with. All of it follows from the seed. */
export interface Plan {
  chain: SimChain;
  /** Names of behaviours, by the index of their validators. */
  byzantine: ReadonlyMap<number, string>;
  link: LinkOptions;
  driftPpm: number;
}

/** Draws a plan, for a chain if there is one. */
export function planOf(
  random: Random,
  { chain, validators }: { chain?: SimChain; validators?: number } = {},
): Plan {
  const count = validators ?? COUNTS[random.integer(COUNTS.length)]!;
  const own = chain ?? newChain(powers(random, count));
  return {
    chain: own,
    byzantine: byzantineOf(random, own),
    link: {
      latencyMs: 2 + random.integer(20),
      jitterMs: random.integer(60),
      loss: random.integer(6) / 100,
      duplication: random.integer(6) / 100,
    },
    driftPpm: [50, 200, 1_000, 5_000][random.integer(4)]!,
  };
}

/** Equal ones, or different ones of which none is a third. */
function powers(random: Random, count: number): bigint[] {
  const isEqual = count < 5 || random.integer(2) === 0;
  return Array.from(
    { length: count },
    () => isEqual ? POWER : POWER + BigInt(random.integer(6)),
  );
}

/** In two of three runs some, with less than a third of the power together. */
function byzantineOf(random: Random, { validators }: SimChain) {
  const chosen = new Map<number, string>();
  if (random.integer(3) === 0) return chosen;
  const names = Object.keys(BEHAVIOURS);
  const total = validators.reduce((sum, one) => sum + one.power, 0n);
  const wanted = 1 + random.integer(2);
  let power = 0n;
  for (let tries = 0; tries < 8 && chosen.size < wanted; tries++) {
    const index = random.integer(validators.length);
    const more = power + validators[index]!.power;
    if (chosen.has(index) || 3n * more >= total) continue;
    chosen.set(index, names[random.integer(names.length)]!);
    power = more;
  }
  return chosen;
}
