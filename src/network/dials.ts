import { ErrorCode, RustoriumError } from "../errors/mod.ts";
import type { DialOutcomes } from "./metrics.ts";

/** Counts what becomes of attempts to connect. */
export class Dials {
  readonly #outcomes: DialOutcomes = {
    answered: 0,
    refused: 0,
    foreign: 0,
    late: 0,
    unreachable: 0,
  };

  /** So far. */
  get outcomes(): DialOutcomes {
    return { ...this.#outcomes };
  }

  /** Hands through what becomes of one. */
  async count<T>(dial: Promise<T>): Promise<T> {
    try {
      const answer = await dial;
      this.#outcomes.answered++;
      return answer;
    } catch (thrown) {
      this.#outcomes[outcomeOf(thrown)]++;
      throw thrown;
    }
  }
}

function outcomeOf(thrown: unknown): keyof DialOutcomes {
  if (thrown instanceof RustoriumError) {
    if (thrown.code === ErrorCode.PEER_OTHER_CHAIN) return "foreign";
    if (thrown.code === ErrorCode.PEER_REFUSED) return "refused";
    if (thrown.code === ErrorCode.PEER_TIMEOUT) return "late";
  }
  const isLate = thrown instanceof Error && thrown.name === "TimeoutError";
  return isLate ? "late" : "unreachable";
}
