import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { CoreExports } from "../../core/mod.ts";
import {
  BatchHeaderSchema,
  BatchSchema,
} from "../../proto/gen/rustorium/v1/batch_pb.ts";
import { ValidatorSetSchema } from "../../proto/gen/rustorium/v1/consensus_pb.ts";
import { concat, join, u32 } from "../../bytes/mod.ts";
import { Validators } from "../validators.ts";

const SEED = new Uint8Array(32).fill(7);
/** Of the one author. */
const ADDRESS = new Uint8Array(32).fill(8);
const VALID_UNTIL = 100n;

/** What a batch that a test makes has. */
export interface MadeBatch {
  digest: Uint8Array;
  payload: Uint8Array;
  /** Encoding of `rustorium.v1.Batch`. */
  batch: Uint8Array;
}

/** The one author of the batches that tests make: its address is not its key. */
export function testAuthors(
  core: Pick<CoreExports, "publicKeyOf">,
): Validators {
  const publicKey = core.publicKeyOf(SEED);
  const validators = [{ address: ADDRESS, publicKey, power: 1n }];
  const set = create(ValidatorSetSchema, { validators });
  return new Validators(toBinary(ValidatorSetSchema, set));
}

/** A signed batch of so many envelopes with bodies of so many bytes, which nobody signed. */
export function makeBatch(
  core: CoreExports,
  genesisHash: Uint8Array,
  sequence: number,
  { envelopes, bodyBytes }: { envelopes: number; bodyBytes: number },
): MadeBatch {
  const sender = core.publicKeyOf(SEED);
  const signature = new Uint8Array(64);
  const parts = Array.from({ length: envelopes }, (_, number) => {
    const body = new Uint8Array(bodyBytes).fill(number);
    body.set(u32(number));
    body.set(u32(sequence), 4);
    return concat(sender, signature, u32(bodyBytes), body);
  });
  const table = concat(
    Uint8Array.of(1, 0, core.slotOf(sender)),
    u32(envelopes),
    u32(0),
  );
  const payload = join([table, ...parts]);
  const number = BigInt(sequence);
  const header = core.batchHeader(
    ...[genesisHash, ADDRESS, number, VALID_UNTIL, payload] as const,
  );
  const digest = core.batchDigest(header);
  const message = create(BatchSchema, {
    header: fromBinary(BatchHeaderSchema, header),
    signature: core.signWith(SEED, core.batchSignBytes(genesisHash, digest)),
    payload,
  });
  return { digest, payload, batch: toBinary(BatchSchema, message) };
}
