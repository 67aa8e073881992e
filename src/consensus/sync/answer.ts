import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { ErrorCode, fault } from "../../errors/mod.ts";
import type { Network } from "../../platform/types.ts";
import {
  BlockSchema,
  CertifiedBlockSchema,
} from "../../proto/gen/rustorium/v1/block_pb.ts";
import { CommitCertificateSchema } from "../../proto/gen/rustorium/v1/consensus_pb.ts";
import type { Store } from "../../storage/types.ts";
import { Reader, u64 } from "../../bytes/mod.ts";
import { Topic } from "../channel.ts";

/** Answers peers that ask for blocks and for the last decided height. */
export function answerPeers(network: Network, store: Store): void {
  network.onRequest(Topic.status, async () => u64(await store.tip()));
  network.onRequest(Topic.block, async (_from, body) => {
    if (body.length !== 8) throw fault(ErrorCode.MESSAGE_MALFORMED);
    const stored = await store.block(new Reader(body).u64());
    if (!stored) return new Uint8Array();
    return toBinary(
      CertifiedBlockSchema,
      create(CertifiedBlockSchema, {
        block: fromBinary(BlockSchema, stored.block),
        certificate: fromBinary(CommitCertificateSchema, stored.certificate),
      }),
    );
  });
}
