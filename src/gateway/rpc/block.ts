import { z } from "zod";
import { ErrorCode, fault } from "../../errors/mod.ts";
import { encodeAddress } from "../../client/mod.ts";
import { offenceOf } from "../../offence/mod.ts";
import { type BlockView, certifiedBytes } from "../chain/reader.ts";
import { method } from "./method.ts";
import * as param from "./params.ts";

const ID_BYTES = 32;

/** `block {height?}`: a final block, the last one when no height is given. */
export const block = method({
  name: "block",
  params: z.strictObject({ height: param.height.optional() }),
  async call({ heads, reader, limits }, params) {
    const height = params.height ?? heads.decided;
    const found = height <= heads.decided
      ? await reader.block(height)
      : undefined;
    if (!found) {
      throw fault(ErrorCode.RPC_NOT_FOUND, {
        block: String(height),
        tip: String(heads.decided),
      });
    }
    const result = await reader.result(height);
    const shown = Math.min(result?.count ?? 0, limits.blockIdsMax);
    return {
      ...headerJson(found),
      executed: result !== undefined,
      transactions: await reader.count(height, found),
      transaction_ids: Array.from(
        { length: shown },
        (_, i) =>
          result?.ids.subarray(i * ID_BYTES, (i + 1) * ID_BYTES).toHex(),
      ),
      batches: found.certified.block?.batches.map((digest) => digest.toHex()),
      evidence: evidenceJson(found),
      certificate: certificateJson(found),
      raw: certifiedBytes(found).toBase64(),
    };
  },
});

function headerJson({ header, blockId }: BlockView) {
  return {
    height: Number(header.height),
    block_id: blockId.toHex(),
    protocol_version: header.protocolVersion,
    chain_id: header.chainId,
    time_ms: Number(header.timeMs),
    parent: header.parent.toHex(),
    proposer: encodeAddress(header.proposer),
    validators_hash: header.validatorsHash.toHex(),
    next_validators_hash: header.nextValidatorsHash.toHex(),
    parameters_hash: header.parametersHash.toHex(),
    last_certificate_hash: header.lastCertificateHash.toHex(),
    evidence_hash: header.evidenceHash.toHex(),
    batch_root: header.batchRoot.toHex(),
    base_fee: header.baseFee,
    gas_used: header.gasUsed,
    state_root: header.stateRoot.toHex(),
    receipts_root: header.receiptsRoot.toHex(),
    messages_root: header.messagesRoot.toHex(),
    app_hash: header.stateRoot.toHex(),
  };
}

function evidenceJson({ certified: { block } }: BlockView) {
  return (block?.evidence ?? []).flatMap((one) => offenceOf(one) ?? [])
    .map(({ kind, validator, height, round }) => ({
      kind,
      validator: encodeAddress(validator),
      height: Number(height),
      round,
    }));
}

function certificateJson({ certified: { certificate } }: BlockView) {
  return certificate && {
    height: Number(certificate.height),
    round: certificate.round,
    block_id: certificate.blockId.toHex(),
    signatures: certificate.signatures.map(({ validator, signature }) => ({
      validator: encodeAddress(validator),
      signature: signature.toHex(),
    })),
  };
}
