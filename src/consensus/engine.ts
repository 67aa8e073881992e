import type { core, CoreExports } from "../core/mod.ts";
import { ErrorCode, isFault, type RustoriumError } from "../errors/mod.ts";
import type { Log } from "../platform/types.ts";
import { list } from "../bytes/mod.ts";
import { decodeEffects, type Effect } from "./effects.ts";
import type { Timeouts } from "./types.ts";

export interface EngineOptions {
  createCore: () => CoreExports;
  log: Log;
  genesisHash: Uint8Array;
  /** Encoding of `rustorium.v1.ValidatorSet`. */
  validators: Uint8Array;
  /** The own address. */
  address: Uint8Array;
  timeouts: Timeouts;
  collectMs: number;
  /** What was logged of a height. */
  logged: (height: bigint) => Uint8Array[];
}

/** A height at which the engine trapped more often is one that it cannot pass. */
const TRAPS_MAX = 3;

/** The engine of the current height. One that traps is replaced by another that is fed the log. */
export class EngineCell {
  readonly #options: EngineOptions;
  #engine: core.Engine | undefined;
  #height = 0n;
  #traps = { height: 0n, count: 0 };

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  /** Begins a height and feeds what was logged of it. */
  start(height: bigint): Effect[] {
    const { collectMs, logged } = this.#options;
    this.#height = height;
    return this.#guarded(() => {
      this.#engine ??= this.#make(height);
      const started = this.#engine.startHeight(height, undefined, collectMs);
      const entries = logged(height);
      if (entries.length === 0) return decodeEffects(started);
      const replayed = this.#engine.replay(list(entries));
      return [...decodeEffects(started), ...decodeEffects(replayed)];
    });
  }

  /** Effects of one input; none before the first height. */
  feed(input: (engine: core.Engine) => Uint8Array): Effect[] {
    const engine = this.#engine;
    if (!engine) return [];
    return this.#guarded(() => decodeEffects(input(engine)));
  }

  /** Whose turn it is to propose; undefined before the first height. */
  proposerOf(height: bigint, round: number): Uint8Array | undefined {
    return this.#engine?.proposer(height, round);
  }

  #guarded(call: () => Effect[]): Effect[] {
    try {
      return call();
    } catch (error) {
      if (!isTrap(error)) throw error;
      this.#countTrap(this.#height, error);
      this.#engine = undefined;
      return this.start(this.#height);
    }
  }

  #countTrap(height: bigint, error: RustoriumError): void {
    const count = this.#traps.height === height ? this.#traps.count + 1 : 1;
    this.#traps = { height, count };
    if (count > TRAPS_MAX) throw error;
    this.#options.log.error("consensus engine trapped and is replaced", {
      height,
      count,
      error: error.detail,
    });
  }

  #make(height: bigint): core.Engine {
    const { createCore, genesisHash, validators, address, timeouts } =
      this.#options;
    const { propose, prevote, precommit, rebroadcastMs } = timeouts;
    const core = createCore();
    return new core.Engine(
      genesisHash,
      validators,
      address,
      height,
      Uint32Array.of(
        propose.ms,
        propose.deltaMs,
        prevote.ms,
        prevote.deltaMs,
        precommit.ms,
        precommit.deltaMs,
        rebroadcastMs,
      ),
    );
  }
}

function isTrap(error: unknown): error is RustoriumError {
  return isFault(error, ErrorCode.ENGINE_TRAPPED);
}
