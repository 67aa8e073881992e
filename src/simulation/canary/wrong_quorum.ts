import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { CoreExports } from "../../core/mod.ts";
import { ValidatorSetSchema } from "../../proto/gen/rustorium/v1/consensus_pb.ts";
import { testKey } from "../core.ts";

/** A core whose engines believe that the validator of that number has nearly all the power. */
export function withQuorumOfOne(
  index: number,
): (core: CoreExports) => CoreExports {
  return (core) => {
    const own = testKey(core, index + 1).publicKey;
    const Engine = new Proxy(core.Engine, {
      construct: (target, [genesisHash, validators, ...rest]) =>
        Reflect.construct(target, [
          genesisHash,
          onlyOne(validators, own),
          ...rest,
        ]),
    });
    return { ...core, Engine };
  };
}

/** In the set's order: the strongest first. */
function onlyOne(bytes: Uint8Array, own: Uint8Array): Uint8Array {
  const { validators } = fromBinary(ValidatorSetSchema, bytes);
  const weighed = validators.map((one) => ({
    ...one,
    power: one.address.toHex() === own.toHex() ? 1_000n : 1n,
  }));
  weighed.sort((one, other) => Number(other.power - one.power));
  return toBinary(
    ValidatorSetSchema,
    create(ValidatorSetSchema, { validators: weighed }),
  );
}
