import { fromBinary } from "@bufbuild/protobuf";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import {
  type Genesis,
  GenesisSchema,
} from "../proto/gen/rustorium/v1/state_pb.ts";

/** The number of `Genesis.accounts`, the last field. */
const ACCOUNTS = 5;

/**
 * An encoded genesis without its accounts, of which there may be millions: none
 * of them is decoded. Throws where it is not the encoding of one.
 */
export function genesisHead(genesis: Uint8Array): Genesis {
  const reader = new BinaryReader(genesis);
  while (reader.pos < reader.len) {
    const at = reader.pos;
    const [field, wireType] = reader.tag();
    if (field === ACCOUNTS) {
      return fromBinary(GenesisSchema, genesis.subarray(0, at));
    }
    reader.skip(wireType);
  }
  return fromBinary(GenesisSchema, genesis);
}
