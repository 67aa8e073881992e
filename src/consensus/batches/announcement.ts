import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { CoreExports } from "../../core/mod.ts";
import type { Signer } from "../../platform/types.ts";
import {
  type HeldBatches,
  HeldBatchesSchema,
} from "../../proto/gen/rustorium/v1/network_pb.ts";
import { concat, equal } from "../../bytes/mod.ts";
import type { Validators } from "../validators.ts";

const DOMAIN = 0x31;
/** Digests of one announcement. */
export const DIGESTS_MAX = 256;

export interface AnnouncementOptions {
  core: CoreExports;
  genesisHash: Uint8Array;
  validators: Validators;
  signer: Signer;
  /** The own address. */
  address: Uint8Array;
}

/** The signed words of validators that they hold batches. */
export class Announcements {
  readonly #options: AnnouncementOptions;

  constructor(options: AnnouncementOptions) {
    this.#options = options;
  }

  /** The own word for these. */
  async make(digests: readonly Uint8Array[]): Promise<Uint8Array> {
    const { signer, address } = this.#options;
    const held = create(HeldBatchesSchema, {
      holder: address,
      digests: [...digests],
    });
    held.signature = await signer.sign(this.#signBytes(held));
    return toBinary(HeldBatchesSchema, held);
  }

  /**
   * What a validator says, undefined where it is not its word. From `direct`, who
   * is at the other end of the connection that it came by, it needs no signature:
   * that one is for whoever hears of it by others.
   */
  read(message: Uint8Array, direct?: Uint8Array): HeldBatches | undefined {
    const { core, validators } = this.#options;
    const held = fromBinary(HeldBatchesSchema, message);
    const key = validators.keyOf(held.holder);
    const isSound = key && held.digests.length <= DIGESTS_MAX &&
      held.signature.length === 64 &&
      held.digests.every((digest) => digest.length === 32);
    if (!isSound) return undefined;
    if (direct && equal(direct, held.holder)) return held;
    const isSigned = core.verifySignature(
      key,
      this.#signBytes(held),
      held.signature,
    );
    return isSigned ? held : undefined;
  }

  #signBytes({ holder, digests }: HeldBatches): Uint8Array {
    const unsigned = create(HeldBatchesSchema, { holder, digests });
    return concat(
      Uint8Array.of(DOMAIN),
      this.#options.genesisHash,
      toBinary(HeldBatchesSchema, unsigned),
    );
  }
}
