import { create } from "@bufbuild/protobuf";
import {
  type CommitCertificate,
  type Vote,
  VoteSchema,
  VoteType,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";

/** The votes that a commit certificate is made of. */
export function precommitsOf(
  { height, round, blockId, signatures }: CommitCertificate,
): Vote[] {
  return signatures.map(({ validator, signature }) =>
    create(VoteSchema, {
      ...{ type: VoteType.PRECOMMIT, height, round, blockId },
      ...{ validator, signature },
    })
  );
}
