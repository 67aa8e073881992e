import type { Config } from "../../config/mod.ts";
import { ErrorCode } from "../../errors/mod.ts";
import type { Clock, Log, Timer } from "../../platform/types.ts";
import { LIMITS } from "../limits.ts";
import type { Admission } from "./admission.ts";
import type { Ban, Bans } from "./bans.ts";
import type { Role, Roles } from "./roles.ts";
import { type Deed, Scores } from "./scores.ts";
import { excess, type Places, type Seat, seat, surplus } from "./seats.ts";

/** A connected peer as the planes know it. */
export interface Connected {
  id: string;
  address: string;
  direction: "in" | "out";
}

export interface ManagerParts {
  clock: Clock;
  log: Log;
  config: Config["network"];
  admission: Admission;
  roles: Roles;
  bans: Bans;
  /** The address group; undefined where groups do not matter. */
  groupOf(address: string): string | undefined;
  /** Whoever is connected, by either plane. */
  connected(): readonly Connected[];
  /** Whether a connected peer may still be one: certificates end. */
  mayStay(id: string): boolean;
  /** Nobody of these may be a peer from now on, and who is, is dropped. */
  onBar(ids: readonly string[]): void;
  /** These are protected from now on, and nobody else; told again with each review. */
  onProtect(ids: readonly string[]): void;
  /** Everybody is looked at: round trips are to be measured. */
  onReview(): void;
  /** There is something to be saved. */
  onChange(): void;
}

/** What is thought of a connected peer. */
export interface Standing {
  score: number;
  roles: Role[];
  /** The address group it counts for, if any. */
  group?: string;
  /** How long it has been connected. */
  connectedMs: number;
}

const REASONS: Record<Deed, string> = {
  useful: "",
  answered: "",
  late: "answers too late again and again",
  invalid: "sends what no honest node sends",
  excess: "asks for more at once than it may",
  flood: "floods",
};

const NO_ROOM = "others need the place more";

/** Keeps the scores, gives out the places, and shows the door. */
export class PeerManager {
  readonly #parts: ManagerParts;
  readonly #scores: Scores;
  readonly #places: Places;
  /** When each was connected, on the monotonic clock. */
  readonly #sinceMs = new Map<string, number>();
  /** Until when those who had to make room are refused. */
  readonly #displaced = new Map<string, number>();
  #barred = "";
  #timer: Timer | undefined;

  constructor(parts: ManagerParts) {
    const { clock, config } = parts;
    this.#parts = parts;
    this.#scores = new Scores(clock);
    this.#places = {
      max: config.max_peers,
      outbound: config.target_outbound,
      validators: Math.min(
        config.validator_slots,
        Math.floor(config.max_peers / 2),
      ),
    };
  }

  /** From now on it looks after everybody again and again. */
  start(): void {
    this.#tellBarred();
    this.#tellProtected();
    this.#timer = this.#parts.clock.schedule(LIMITS.reviewMs, () => {
      this.review();
      this.start();
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** What a peer did. Too much of the worst is a ban, unless it is protected. */
  note(id: string, deed: Deed): void {
    const score = this.#scores.note(id, deed);
    const { roles, bans } = this.#parts;
    if (score > LIMITS.banScore || bans.get(id) || roles.isProtected(id)) {
      return;
    }
    this.ban(id, REASONS[deed] || REASONS.invalid);
  }

  measure(id: string, rttMs: number): void {
    this.#scores.measure(id, rttMs);
  }

  /** A peer proved to be a validator's. */
  prove(id: string): void {
    if (!this.#parts.roles.prove(id)) return;
    this.#parts.log.debug("peer is a validator's", { peer: id });
    this.#tellProtected();
    this.#parts.onChange();
  }

  ban(id: string, reason: string): void {
    const { bans, log, onChange } = this.#parts;
    const { untilMs, count } = bans.add(id, reason);
    log.warn("peer banned", {
      ...{ peer: id, reason, count },
      score: Math.round(this.#scores.of(id)),
      until: new Date(untilMs).toISOString(),
    });
    this.#tellBarred();
    onChange();
  }

  bans(): Ban[] {
    return this.#parts.bans.all();
  }

  /** Whether somebody who asks for a place gets one, as an error code; 0: yes. Another may lose its own. */
  admit(newcomer: Connected): number {
    const seats = this.#seats();
    if (seats.some(({ id }) => id === newcomer.id)) return 0;
    const seating = seat(this.#seatOf(newcomer), seats, this.#places);
    if (!seating.isAdmitted) return ErrorCode.PEER_REFUSED;
    if (seating.evict !== undefined) this.#drop([seating.evict], NO_ROOM);
    return 0;
  }

  /** Whether this node may dial one more. */
  hasRoom(): boolean {
    return this.#parts.connected().length < this.#places.max;
  }

  /** Others are connected than before. */
  onPeers(): void {
    const now = this.#parts.clock.monotonic();
    const connected = new Set(this.#parts.connected().map(({ id }) => id));
    for (const id of this.#sinceMs.keys()) {
      if (!connected.has(id)) this.#sinceMs.delete(id);
    }
    for (const id of connected) {
      if (!this.#sinceMs.has(id)) this.#sinceMs.set(id, now);
    }
    this.#drop(excess(this.#seats(), this.#places), NO_ROOM);
  }

  /** Looks at everybody: bans that ended, certificates that did, places that strangers have had long enough. */
  review(): void {
    const { admission, clock, connected, mayStay, onReview } = this.#parts;
    const now = clock.monotonic();
    for (const [id, untilMs] of this.#displaced) {
      if (untilMs <= now) this.#displaced.delete(id);
    }
    const { probationMs } = LIMITS;
    this.#drop(
      surplus(this.#seats(), this.#places, now, probationMs),
      "strangers have a validator's place for a while only",
    );
    // Who was dropped for another reason may not have gone yet.
    const ended = connected().map(({ id }) => id)
      .filter((id) => admission.allows(id) && !mayStay(id));
    this.#drop(ended, "its certificate has ended");
    this.#tellBarred();
    onReview();
  }

  standing({ id, address }: Pick<Connected, "id" | "address">): Standing {
    const now = this.#parts.clock.monotonic();
    const group = this.#parts.groupOf(address);
    return {
      score: this.#scores.of(id),
      roles: this.#parts.roles.of(id),
      ...(group !== undefined && { group }),
      connectedMs: now - (this.#sinceMs.get(id) ?? now),
    };
  }

  /** Refuses them for a while. */
  #drop(ids: readonly string[], reason: string): void {
    if (ids.length === 0) return;
    const { clock, log } = this.#parts;
    for (const id of ids) {
      log.info("peer dropped", { peer: id, reason });
      this.#displaced.set(id, clock.monotonic() + LIMITS.displacedMs);
      if (this.#displaced.size <= LIMITS.displacedMax) continue;
      this.#displaced.delete(this.#displaced.keys().next().value!);
    }
    this.#tellBarred();
  }

  #tellBarred(): void {
    const { bans, admission, onBar, roles } = this.#parts;
    const banned = bans.all().map(({ id }) => id)
      .filter((id) => !roles.isProtected(id));
    const barred = [...new Set([...banned, ...this.#displaced.keys()])];
    const known = barred.toSorted().join();
    if (known === this.#barred) return;
    this.#barred = known;
    admission.bar(barred);
    onBar(barred);
  }

  #tellProtected(): void {
    this.#parts.onProtect(this.#parts.roles.protected());
  }

  #seats(): Seat[] {
    return this.#parts.connected().map((one) => this.#seatOf(one));
  }

  #seatOf({ id, address, direction }: Connected): Seat {
    return {
      ...{ id, direction },
      group: this.#parts.groupOf(address),
      isProtected: this.#parts.roles.isProtected(id),
      score: this.#scores.of(id),
      sinceMs: this.#sinceMs.get(id) ?? this.#parts.clock.monotonic(),
    };
  }
}
