import { connect } from "../platform/mod.ts";
import { Addresses } from "./addresses.ts";
import type { TransferTerms } from "./template.ts";
import type { Picks, Workload } from "./workload.ts";

/** What a signing thread offers. */
export interface SignerService {
  /** Fills in the addresses from one account until before another, in shared memory. */
  fill(
    addresses: Uint8Array<SharedArrayBuffer>,
    from: number,
    to: number,
  ): Promise<void>;
  begin(
    terms: TransferTerms,
    addresses: Uint8Array<SharedArrayBuffer>,
  ): Promise<void>;
  sign(picks: Picks): Promise<Uint8Array<ArrayBuffer>>;
}

/** The message that starts a signing thread. */
export interface SignerStart {
  port: MessagePort;
  core: WebAssembly.Module;
  /** All keys follow from it. */
  secret: Uint8Array;
  /** How many keys to keep. */
  keysMax: number;
}

/** Addresses that a thread makes in one call. */
const FILLED_AT_ONCE = 10_000;
/** Transfers that a thread signs in one call. */
const PORTION = 1_000;

/** With more threads the sender has not enough time to hand out their work. */
const THREADS_MAX = 16;
/** A key object takes about 2 KB. Beyond this many, of all threads, they are made each time. */
const KEYS_MAX = 400_000;

/** Threads that make keys and sign transfers, one for each core. */
export class Signers {
  readonly #workers: Worker[] = [];
  readonly #services: (SignerService & { close(reason?: Error): void })[] = [];

  constructor(core: WebAssembly.Module, secret: Uint8Array) {
    const threads = Math.min(navigator.hardwareConcurrency, THREADS_MAX);
    const keysMax = Math.floor(KEYS_MAX / threads);
    for (let n = 0; n < threads; n++) {
      const url = new URL("./signer_worker.ts", import.meta.url);
      const worker = new Worker(url, { type: "module", name: "signer" });
      const { port1, port2 } = new MessageChannel();
      const start: SignerStart = { port: port2, core, secret, keysMax };
      worker.postMessage(start, [port2]);
      const service = connect<SignerService>(port1);
      worker.addEventListener("error", (event) => {
        event.preventDefault();
        service.close(new Error(event.message));
      });
      this.#workers.push(worker);
      this.#services.push(service);
    }
  }

  /** The addresses of so many accounts. */
  async addresses(
    count: number,
    onFilled: (filled: number) => void = () => {},
  ): Promise<Addresses> {
    const addresses = Addresses.ofCount(count);
    let next = 0;
    let filled = 0;
    await Promise.all(this.#services.map(async (service) => {
      while (next < count) {
        const from = next;
        next = Math.min(from + FILLED_AT_ONCE, count);
        const to = next;
        await service.fill(addresses.bytes, from, to);
        onFilled(filled += to - from);
      }
    }));
    return addresses;
  }

  async begin(terms: TransferTerms, { bytes }: Addresses): Promise<void> {
    await Promise.all(
      this.#services.map((service) => service.begin(terms, bytes)),
    );
  }

  /** Signs the next `count` transfers of a workload; gives them in order, with their nonces. */
  async *sign(
    workload: Workload,
    count: number,
  ): AsyncGenerator<{ envelopes: Uint8Array; nonces: Uint32Array }> {
    for (let left = count; left > 0;) {
      const round = this.#services.map((service) => {
        const picks = workload.take(Math.min(PORTION, left));
        left -= picks.nonces.length;
        return { nonces: picks.nonces, signed: service.sign(picks) };
      });
      for (const { nonces, signed } of round) {
        yield { nonces, envelopes: await signed };
      }
    }
  }

  close(): void {
    for (const service of this.#services) service.close();
    for (const worker of this.#workers) worker.terminate();
  }
}
