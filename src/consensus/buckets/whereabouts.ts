import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { CoreExports } from "../../core/mod.ts";
import type { Log, Network, Signer } from "../../platform/types.ts";
import { ValidatorGreetingSchema } from "../../proto/gen/rustorium/v1/network_pb.ts";
import { concat } from "../../bytes/mod.ts";
import { Channel } from "../channel.ts";
import type { Validators } from "../validators.ts";

const DOMAIN = 0x32;
const GREETING_BYTES_MAX = 256;

export interface WhereaboutsOptions {
  core: CoreExports;
  genesisHash: Uint8Array;
  log: Log;
  network: Network;
  signer: Signer;
  validators: Validators;
  /** The own address. */
  address: Uint8Array;
}

/**
 * Knows by which peers validators can be reached: each signs the peer id that
 * it greets from, so that nobody else can pass for it. At most one peer for
 * each validator: the last that greeted.
 */
export class Whereabouts {
  readonly #options: WhereaboutsOptions;
  readonly #peers = new Map<string, string>();
  /** The same the other way round. */
  readonly #validators = new Map<string, Uint8Array>();
  #greeted: ReadonlySet<string> = new Set();
  #greeting: Promise<Uint8Array> | undefined;
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
    network.onPeers((peers) => {
      this.#greet(peers.filter((peer) => !this.#greeted.has(peer)));
      this.#greeted = new Set(peers);
    });
  }

  /** Says to all peers where we are: greetings get lost. */
  greet(): void {
    this.#greet(this.#options.network.peers());
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
  }

  #greet(peers: readonly string[]): void {
    const { validators, address, network, log } = this.#options;
    if (validators.powerOf(address) === 0n || peers.length === 0) return;
    this.#greeting ??= this.#sign();
    this.#greeting.then(
      (greeting) => {
        if (this.#stopped) return;
        for (const peer of peers) {
          network.send(peer, Channel.greeting, greeting);
        }
      },
      (error) => log.error("peers could not be greeted", { error }),
    );
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
  }

  #signBytes(peer: string): Uint8Array {
    return concat(
      Uint8Array.of(DOMAIN),
      this.#options.genesisHash,
      new TextEncoder().encode(peer),
    );
  }
}
