import { fromBinary } from "@bufbuild/protobuf";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import {
  type Genesis,
  GenesisSchema,
} from "../proto/gen/rustorium/v1/state_pb.ts";

/** The beginning of a genesis: what the node needs of it outside the core. */
export type GenesisHead = Omit<Genesis, "accounts">;

/**
 * Decodes an encoded genesis up to its accounts, which stand last: as objects, a
 * million of them would take a gigabyte. The core has the last word on the whole.
 */
export function genesisHead(genesis: Uint8Array): GenesisHead {
  const reader = new BinaryReader(genesis);
  let end = 0;
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === GenesisSchema.field.accounts.number) break;
    reader.skip(wireType, field);
    end = reader.pos;
  }
  return fromBinary(GenesisSchema, genesis.subarray(0, end));
}
