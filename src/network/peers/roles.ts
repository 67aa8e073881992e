import type { Clock } from "../../platform/types.ts";
import { LIMITS } from "../limits.ts";

/** What makes a peer more than a stranger. */
export type Role = "persistent" | "private" | "validator";

/** A validator keeps its place for so long after its last proof. */
const PROVEN_MS = 24 * 3_600_000;

/** Who is who among the peers. */
export class Roles {
  readonly #clock: Pick<Clock, "now">;
  readonly #persistent: ReadonlySet<string>;
  readonly #private: ReadonlySet<string>;
  /** When each proved to be a validator's, the latest last. */
  readonly #validators = new Map<string, number>();

  constructor(
    clock: Pick<Clock, "now">,
    named: { persistent: readonly string[]; private: readonly string[] },
  ) {
    this.#clock = clock;
    this.#persistent = new Set(named.persistent);
    this.#private = new Set(named.private);
  }

  of(id: string): Role[] {
    const roles: Role[] = [];
    if (this.#persistent.has(id)) roles.push("persistent");
    if (this.isPrivate(id)) roles.push("private");
    if (this.provenMs(id) !== undefined) roles.push("validator");
    return roles;
  }

  /** Whether nobody else is told of it. */
  isPrivate(id: string): boolean {
    return this.#private.has(id);
  }

  /** Whether it is never displaced or banned for what it does. */
  isProtected(id: string): boolean {
    return this.#persistent.has(id) || this.isPrivate(id) ||
      this.provenMs(id) !== undefined;
  }

  /** All that are protected. */
  protected(): string[] {
    return [
      ...new Set([...this.#persistent, ...this.#private, ...this.validators()]),
    ];
  }

  /** It proved to be a validator's; of too many, the one whose proof is oldest is forgotten. Whether that is news. */
  prove(id: string, atMs: number = this.#clock.now()): boolean {
    const isNew = this.provenMs(id) === undefined;
    this.#validators.delete(id);
    this.#validators.set(id, atMs);
    if (this.#validators.size > LIMITS.provenValidatorsMax) {
      this.#validators.delete(this.#validators.keys().next().value!);
    }
    return isNew;
  }

  /** When it last proved to be a validator's, if that counts still. */
  provenMs(id: string): number | undefined {
    const atMs = this.#validators.get(id);
    return atMs !== undefined && atMs + PROVEN_MS > this.#clock.now()
      ? atMs
      : undefined;
  }

  validators(): string[] {
    return [...this.#validators.keys()]
      .filter((id) => this.provenMs(id) !== undefined);
  }
}
