import { EXECUTION_LAG } from "../core/mod.ts";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import type { CoreExports } from "../core/mod.ts";
import { ErrorCode, isFault, RustoriumError } from "../errors/mod.ts";
import {
  type Block,
  BlockSchema,
  type Header,
  HeaderSchema,
} from "../proto/gen/rustorium/v1/block_pb.ts";
import { CommitCertificateSchema } from "../proto/gen/rustorium/v1/consensus_pb.ts";
import type { Batches } from "./batches/mod.ts";
import { equal } from "../bytes/mod.ts";
import type { EvidencePool } from "./evidence.ts";
import type { Execution } from "./execution.ts";
import type { History } from "./history.ts";
import type { Proposed } from "./proposed.ts";
import type { HeaderRules, Tip } from "./rules.ts";
import { isTimely } from "./timely.ts";

export interface JudgeOptions {
  core: CoreExports;
  genesisHash: Uint8Array;
  rules: HeaderRules;
  execution: Execution;
  evidence: EvidencePool;
  history: History;
  batches: Batches;
}

/** A block whose parts belong together. */
export interface WholeBlock {
  blockId: Uint8Array;
  block: Block;
  header: Header;
}

/** Says whether blocks of others may follow the tip. */
export class Judge {
  readonly #options: JudgeOptions;

  constructor(options: JudgeOptions) {
    this.#options = options;
  }

  /** Undefined where certificate, evidence or batches are not those that the header names. */
  read(bytes: Uint8Array): WholeBlock | undefined {
    const { core, rules } = this.#options;
    try {
      const blockId = core.checkBlock(bytes, rules.parameters.blockBatchesMax);
      const block = fromBinary(BlockSchema, bytes);
      return block.header && { blockId, block, header: block.header };
    } catch (error) {
      if (isFault(error, ErrorCode.BLOCK_MALFORMED)) return undefined;
      throw error;
    }
  }

  /**
   * Why a proposed block may not follow `tip`; undefined where it may, and then
   * its batches are durable. Waits for batches until the signal aborts, and
   * rejects then.
   */
  async refusal(
    tip: Tip,
    whole: WholeBlock,
    { proposal, from, receivedMs }: Proposed,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { rules, batches } = this.#options;
    const { header, block } = whole;
    const isFirst = proposal.polRoundPlusOne === 0;
    if (isFirst && !equal(header.proposer, proposal.proposer)) {
      return "another proposer";
    }
    const { round } = proposal;
    if (
      isFirst &&
      !isTimely(rules.parameters, header.timeMs, { receivedMs, round })
    ) return "not in time";
    const why = await this.fault(tip, whole);
    if (why) return why;
    const options = { from, height: header.height, signal };
    return await batches.obtain(block.batches, options)
      ? undefined
      : "a batch out of time, or invalid";
  }

  /** What does not follow from `tip` in a block, besides the time of its proposal and its batches' content. */
  async fault(
    tip: Tip,
    { block, header }: WholeBlock,
  ): Promise<string | undefined> {
    const { evidence, history } = this.#options;
    const height = tip.height + 1n;
    if (header.height !== height) return "another height";
    if (header.timeMs <= tip.timeMs) return "time goes back";
    if (!this.#hasCertificate(tip, block)) return "certificate";
    if (!equal(await this.#expected(tip, block, header), encode(header))) {
      return "header";
    }
    if (block.batches.some((digest) => history.has(digest))) {
      return "a batch named before";
    }
    return evidence.allows(block.evidence, height) ? undefined : "evidence";
  }

  /** Whether two thirds signed that block. */
  isCertified(
    height: bigint,
    blockId: Uint8Array,
    certificate: Uint8Array,
  ): boolean {
    const { core, genesisHash, rules } = this.#options;
    const of = fromBinary(CommitCertificateSchema, certificate);
    if (of.height !== height || !equal(of.blockId, blockId)) return false;
    try {
      core.verifyCommitCertificate(genesisHash, rules.validators, certificate);
      return true;
    } catch (error) {
      if (error instanceof RustoriumError && !isTrap(error)) return false;
      throw error;
    }
  }

  #hasCertificate(tip: Tip, { lastCertificate }: Block): boolean {
    if (!lastCertificate) return tip.height === 0n;
    return this.isCertified(
      tip.height,
      tip.blockId,
      toBinary(CommitCertificateSchema, lastCertificate),
    );
  }

  /** The only header that a block with these contents may have. */
  async #expected(
    tip: Tip,
    block: Block,
    { timeMs, proposer }: Header,
  ): Promise<Uint8Array> {
    const { rules, execution } = this.#options;
    const height = tip.height + 1n;
    const lagged = height > EXECUTION_LAG ? height - EXECUTION_LAG : 0n;
    await execution.whenExecuted(lagged);
    const { lastCertificate, batches, evidence } = block;
    const certificate = lastCertificate
      ? toBinary(CommitCertificateSchema, lastCertificate)
      : tip.certificate;
    const results = await execution.roots(lagged);
    return encode(rules.header({ ...tip, certificate }, results, {
      ...{ timeMs, proposer, batches, evidence },
    }));
  }
}

function encode(header: Header): Uint8Array {
  return toBinary(HeaderSchema, header);
}

function isTrap(error: RustoriumError): boolean {
  return error.code === ErrorCode.ENGINE_TRAPPED;
}
