import type { Clock, Log, Timer } from "../../platform/types.ts";
import type { GatewayBackend } from "../types.ts";

const ASK_MS = 10_000;
const DISTRUSTED = "distrusted";

export interface SignatureWatchOptions {
  backend: { executor: Pick<GatewayBackend["executor"], "signatureBackend"> };
  clock: Clock;
  log: Log;
}

/** Asks now and then what checks signatures, and says once that it is not what the node started with. */
export class SignatureWatch {
  readonly #options: SignatureWatchOptions;
  #backend: string | undefined;
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(options: SignatureWatchOptions) {
    this.#options = options;
    void this.#ask();
  }

  /** `fma`, `integer` or `distrusted`; undefined while not known. */
  get backend(): string | undefined {
    return this.#backend;
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  async #ask(): Promise<void> {
    const { backend: { executor }, clock, log } = this.#options;
    try {
      const backend = await executor.signatureBackend();
      if (backend === DISTRUSTED && this.#backend !== DISTRUSTED) {
        log.error("fast signature checks gave a wrong result and are off", {
          backend,
        });
      }
      this.#backend = backend;
    } catch (error) {
      log.debug("what checks signatures could not be asked", {
        error: String(error),
      });
    }
    if (this.#isStopped) return;
    this.#timer = clock.schedule(ASK_MS, () => void this.#ask());
  }
}
