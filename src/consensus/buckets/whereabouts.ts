import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { CoreExports } from "../../core/mod.ts";
import type {
  Clock,
  Log,
  Network,
  Signer,
  Timer,
} from "../../platform/types.ts";
import { ValidatorGreetingSchema } from "../../proto/gen/rustorium/v1/network_pb.ts";
import { concat } from "../../bytes/mod.ts";
import { Channel, Topic } from "../channel.ts";
import type { Validators } from "../validators.ts";

const DOMAIN = 0x32;
const GREETING_BYTES_MAX = 256;
/** Who has not greeted is asked who it is after so long, and after twice as long each time until it answers. */
const ASK_MS_MIN = 1_000;
const ASK_MS_MAX = 30_000;
const REQUEST_TIMEOUT_MS = 2_000;

export interface WhereaboutsOptions {
  core: CoreExports;
  genesisHash: Uint8Array;
  clock: Clock;
  log: Log;
  network: Network;
  signer: Signer;
  validators: Validators;
  /** The own address. */
  address: Uint8Array;
  /** A validator can be reached that could not before. */
  onFound: () => void;
}

/**
 * Knows by which peers validators can be reached: each signs the peer id that
 * it greets from, so that nobody else can pass for it. At most one peer for
 * each validator: the last that greeted. Greetings get lost, most of all those
 * to nodes that are not ready for them yet, so that these ask for them.
 */
export class Whereabouts {
  readonly #options: WhereaboutsOptions;
  readonly #peers = new Map<string, string>();
  /** The same the other way round. */
  readonly #validators = new Map<string, Uint8Array>();
  #greeted: ReadonlySet<string> = new Set();
  /** Peers that answered that they are no validators. */
  readonly #others = new Set<string>();
  #greeting: Promise<Uint8Array> | undefined;
  #askMs = ASK_MS_MIN;
  #asking: Timer | undefined;
  #askDueMs = Infinity;
  #stopped = false;

  constructor(options: WhereaboutsOptions) {
    this.#options = options;
    const { network, log } = options;
    network.onMessage((from, channel, message) => {
      if (channel !== Channel.greeting) return;
      try {
        this.#learn(from, message);
      } catch (error) {
        log.debug("dropped a malformed message", { from, error });
      }
    });
    network.onRequest(
      Topic.greeting,
      () => this.#own() ?? Promise.resolve(new Uint8Array()),
    );
    network.onPeers((peers) => {
      this.#greet(peers.filter((peer) => !this.#greeted.has(peer)));
      this.#greeted = new Set(peers);
      for (const peer of this.#others) {
        if (!this.#greeted.has(peer)) this.#others.delete(peer);
      }
      this.#askMs = ASK_MS_MIN;
      this.#askLater();
    });
  }

  /** Says to all peers where we are, and asks those that have not said it. */
  greet(): void {
    this.#greet(this.#options.network.peers());
    this.#ask();
  }

  /** By the address in hex: the peers of validators that are connected. */
  connected(): Map<string, string> {
    const peers = new Set(this.#options.network.peers());
    return new Map([...this.#peers].filter(([, peer]) => peers.has(peer)));
  }

  /** The address of the validator that proved to be at a peer. */
  validatorAt(peer: string): Uint8Array | undefined {
    return this.#validators.get(peer);
  }

  stop(): void {
    this.#stopped = true;
    this.#asking?.cancel();
  }

  #ask(): void {
    const { network, log } = this.#options;
    this.#asking?.cancel();
    this.#askDueMs = Infinity;
    const unknown = network.peers().filter((peer) =>
      !this.#validators.has(peer) && !this.#others.has(peer)
    );
    if (unknown.length === 0) return;
    for (const peer of unknown) {
      this.#askOne(peer).catch((error) =>
        log.debug("a peer does not say who it is", { peer, error })
      );
    }
    this.#askLater();
    this.#askMs = Math.min(2 * this.#askMs, ASK_MS_MAX);
  }

  async #askOne(peer: string): Promise<void> {
    const greeting = await this.#options.network.request(
      peer,
      Topic.greeting,
      new Uint8Array(),
      REQUEST_TIMEOUT_MS,
    );
    if (this.#stopped) return;
    if (greeting.length > 0) this.#learn(peer, greeting);
    else this.#others.add(peer);
  }

  /** An earlier look stays: peers that come and go must not put it off. */
  #askLater(): void {
    const { clock } = this.#options;
    const dueMs = clock.monotonic() + this.#askMs;
    if (this.#stopped || this.#askDueMs <= dueMs) return;
    this.#asking?.cancel();
    this.#askDueMs = dueMs;
    this.#asking = clock.schedule(this.#askMs, () => this.#ask());
  }

  #greet(peers: readonly string[]): void {
    const { network, log } = this.#options;
    if (peers.length > 0) {
      this.#own()?.then(
        (greeting) => {
          if (this.#stopped) return;
          for (const peer of peers) {
            network.send(peer, Channel.greeting, greeting);
          }
        },
        (error) => log.error("peers could not be greeted", { error }),
      );
    }
  }

  /** The own one; none of a node without stake. */
  #own(): Promise<Uint8Array> | undefined {
    const { validators, address } = this.#options;
    if (validators.powerOf(address) === 0n) return undefined;
    return this.#greeting ??= this.#sign();
  }

  async #sign(): Promise<Uint8Array> {
    const { signer, address: validator, network } = this.#options;
    const signature = await signer.sign(this.#signBytes(network.id));
    const greeting = create(ValidatorGreetingSchema, { validator, signature });
    return toBinary(ValidatorGreetingSchema, greeting);
  }

  #learn(from: string, message: Uint8Array): void {
    if (message.length > GREETING_BYTES_MAX) return;
    const { core, network, validators } = this.#options;
    const greeting = fromBinary(ValidatorGreetingSchema, message);
    const { validator, signature } = greeting;
    const key = validators.keyOf(validator);
    const name = validator.toHex();
    if (!key || signature.length !== 64) return;
    if (this.#peers.get(name) === from) {
      return network.rate?.(from, "validator");
    }
    const signed = this.#signBytes(from);
    if (!core.verifySignature(key, signed, signature)) {
      return network.rate?.(from, "invalid");
    }
    network.rate?.(from, "validator");
    const before = this.#peers.get(name);
    if (before !== undefined) this.#validators.delete(before);
    this.#peers.set(name, from);
    this.#validators.set(from, validator);
    this.#options.onFound();
  }

  #signBytes(peer: string): Uint8Array {
    return concat(
      Uint8Array.of(DOMAIN),
      this.#options.genesisHash,
      new TextEncoder().encode(peer),
    );
  }
}
