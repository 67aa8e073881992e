import { type Class, CLASSES } from "../channels.ts";
import { Arrivals } from "./arrivals.ts";

/** Tells what one peer sends over all its paths from copies of it. A peer that has started anew, with another session, counts anew. */
export class Copies {
  #session: string | undefined;
  #arrivals: readonly Arrivals[] = [];

  /** Those of a class. */
  of(session: string, of: Class): Arrivals {
    if (session !== this.#session) {
      this.#session = session;
      this.#arrivals = CLASSES.map(() => new Arrivals());
    }
    return this.#arrivals[of]!;
  }
}
