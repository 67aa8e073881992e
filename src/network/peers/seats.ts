/** A connected peer, or one that asks to be, as far as its place is concerned. */
export interface Seat {
  id: string;
  /** Its address group; undefined where groups do not matter. */
  group: string | undefined;
  direction: "in" | "out";
  /** Named in the configuration, or a validator's. */
  isProtected: boolean;
  score: number;
  /** When it was connected, on the monotonic clock. */
  sinceMs: number;
}

/** How many places there are. */
export interface Places {
  /** For all. */
  max: number;
  /** Of these, for peers that this node dials by itself. */
  outbound: number;
  /** Of these, for validators: strangers have them only for a while. */
  validators: number;
}

/** What becomes of somebody who asks for a place: `evict` is given up for it. */
export type Seating =
  | { isAdmitted: false }
  | { isAdmitted: true; evict?: string };

/**
 * Whether a newcomer gets a place. Strangers who dial us never take the places
 * of those that we choose ourselves, and displace only who is bad (a score
 * below 0) or one of a crowd of the same address group. Whoever is protected
 * displaces the worst stranger.
 */
export function seat(
  newcomer: Seat,
  seats: readonly Seat[],
  places: Places,
): Seating {
  const guests = seats.filter(isGuest);
  const isFull = seats.length >= places.max;
  const isCrowded = isGuest(newcomer) &&
    guests.length >= guestsMax(seats, places);
  if (!isFull && !isCrowded) return { isAdmitted: true };
  const victim = newcomer.isProtected
    ? worst(guests) ?? worst(seats.filter((one) => !one.isProtected))
    : displaced(newcomer, guests);
  return victim
    ? { isAdmitted: true, evict: victim.id }
    : { isAdmitted: false };
}

/** Who has to go at once where more are connected than there are places, for whoever dials us or for all: the data plane asks nobody before it admits. */
export function excess(seats: readonly Seat[], places: Places): string[] {
  const guests = byWorth(seats.filter(isGuest));
  const chosen = byWorth(
    seats.filter((one) => !one.isProtected && !isGuest(one)),
  );
  const over = seats.length - places.max;
  const overGuests = Math.max(over, guests.length - guestsMax(seats, places));
  return [
    ...guests.slice(0, Math.max(0, overGuests)),
    ...chosen.slice(0, Math.max(0, over - guests.length)),
  ].map(({ id }) => id);
}

/** Who has to go where strangers have had validators' places for longer than `probationMs`. */
export function surplus(
  seats: readonly Seat[],
  { max, validators }: Places,
  nowMs: number,
  probationMs: number,
): string[] {
  const strangers = seats.filter((one) => !one.isProtected);
  const over = strangers.length - (max - validators);
  return byWorth(strangers.filter(isGuest))
    .filter(({ sinceMs }) => nowMs >= sinceMs + probationMs)
    .slice(0, Math.max(0, over)).map(({ id }) => id);
}

const isGuest = ({ direction, isProtected }: Seat) =>
  direction === "in" && !isProtected;

/** What is kept free for those that we dial; half of all places at most. */
function guestsMax(seats: readonly Seat[], { max, outbound }: Places): number {
  const dialled = seats.filter(({ direction }) => direction === "out").length;
  const kept = Math.min(outbound, Math.floor(max / 2));
  return max - Math.max(kept, dialled);
}

function displaced(newcomer: Seat, guests: readonly Seat[]): Seat | undefined {
  if (newcomer.direction === "out") return worst(guests);
  const bad = worst(guests);
  if (bad && bad.score < Math.min(0, newcomer.score)) return bad;
  const crowd = largestGroup(guests);
  return crowd.length > 1 && crowd[0]!.group !== newcomer.group
    ? worst(crowd)
    : undefined;
}

function largestGroup(guests: readonly Seat[]): readonly Seat[] {
  const known = guests.filter(({ group }) => group !== undefined);
  const groups = [...Map.groupBy(known, ({ group }) => group).values()];
  return groups.toSorted((one, other) => other.length - one.length)[0] ?? [];
}

const worst = (seats: readonly Seat[]) => byWorth(seats)[0];

/** The worst first; of equal ones the latest. */
function byWorth(seats: readonly Seat[]): Seat[] {
  return seats.toSorted((one, other) =>
    one.score - other.score || other.sinceMs - one.sinceMs
  );
}
