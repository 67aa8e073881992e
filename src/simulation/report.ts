/** What one run did. */
export interface RunReport {
  seed: number;
  /** A hash over everything that nodes sent, decided and executed, and when. */
  trace: string;
  validators: number;
  /** The highest decided height. */
  heights: bigint;
  transfers: number;
  virtualMs: number;
  /** How often each kind of fault happened. */
  faults: Record<string, number>;
  /** How many validators behaved in each way. */
  byzantine: Record<string, number>;
  /** Validators that blocks convict. */
  convicted: number;
  /** What did not hold; nothing, if all is well. */
  violations: string[];
}
