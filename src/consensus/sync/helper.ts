import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { Clock, Log, Network } from "../../platform/types.ts";
import {
  CommitCertificateSchema,
  VoteCertificateKind,
  VoteCertificateSchema,
} from "../../proto/gen/rustorium/v1/consensus_pb.ts";
import type { Store } from "../../storage/types.ts";
import { Channel } from "../channel.ts";
import { precommitsOf } from "../precommits.ts";

/** After a decision the votes of others still come; whoever votes later than that has missed something. */
const LATE_MS = 300;
/** To one peer. */
const EVERY_MS = 250;
const PEERS_MAX = 1_024;

export interface HelperOptions {
  clock: Clock;
  log: Log;
  network: Network;
  store: Store;
}

/** Shows peers that still vote at a decided height that it is decided. */
export class Helper {
  readonly #options: HelperOptions;
  readonly #helped = new Map<string, number>();
  #tip = { height: 0n, atMs: 0 };

  constructor(options: HelperOptions) {
    this.#options = options;
  }

  decided(height: bigint): void {
    this.#tip = { height, atMs: this.#options.clock.monotonic() };
  }

  /** A peer voted at that height. */
  sees(peer: string, height: bigint): void {
    const { clock, log } = this.#options;
    const now = clock.monotonic();
    const isLate = height < this.#tip.height ||
      height === this.#tip.height && now > this.#tip.atMs + LATE_MS;
    if (!isLate || (this.#helped.get(peer) ?? -Infinity) + EVERY_MS > now) {
      return;
    }
    if (this.#helped.size >= PEERS_MAX) this.#helped.clear();
    this.#helped.set(peer, now);
    this.#send(peer, height).catch((error) => {
      log.debug("a peer could not be helped", { peer, height, error });
    });
  }

  async #send(peer: string, height: bigint): Promise<void> {
    const { network, store } = this.#options;
    const stored = await store.block(height);
    if (!stored) return;
    const certificate = create(VoteCertificateSchema, {
      kind: VoteCertificateKind.PRECOMMIT,
      votes: precommitsOf(
        fromBinary(CommitCertificateSchema, stored.certificate),
      ),
    });
    network.send(
      peer,
      Channel.certificate,
      toBinary(VoteCertificateSchema, certificate),
    );
  }
}
