import { EXECUTION_LAG } from "../core/mod.ts";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { CoreExports } from "../core/mod.ts";
import type { Clock } from "../platform/types.ts";
import { BlockSchema } from "../proto/gen/rustorium/v1/block_pb.ts";
import {
  CommitCertificateSchema,
  type Evidence,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";
import type { Batches } from "./batches/mod.ts";
import type { Execution } from "./execution.ts";
import type { HeaderRules, Tip } from "./rules.ts";

export interface BuilderOptions {
  core: CoreExports;
  clock: Clock;
  /** The own address. */
  address: Uint8Array;
  rules: HeaderRules;
  execution: Execution;
  batches: Batches;
}

export interface BuiltBlock {
  blockId: Uint8Array;
  /** Encoding of `rustorium.v1.Block`. */
  block: Uint8Array;
}

/** Makes blocks out of the batches that wait. */
export class Builder {
  readonly #options: BuilderOptions;

  constructor(options: BuilderOptions) {
    this.#options = options;
  }

  /** The block after `tip`. Its batches are durable when it resolves. */
  async build(tip: Tip, evidence: readonly Evidence[]): Promise<BuiltBlock> {
    const { rules, execution, core, clock, address } = this.#options;
    const height = tip.height + 1n;
    const lagged = height > EXECUTION_LAG ? height - EXECUTION_LAG : 0n;
    const results = await execution.roots(lagged);
    const batches = await this.#options.batches.choose(height);
    const now = BigInt(clock.now());
    const header = rules.header(tip, results, {
      timeMs: now > tip.timeMs ? now : tip.timeMs + 1n,
      proposer: address,
      batches,
      evidence,
    });
    const block = toBinary(
      BlockSchema,
      create(BlockSchema, {
        header,
        lastCertificate: tip.height === 0n
          ? undefined
          : fromBinary(CommitCertificateSchema, tip.certificate),
        evidence: [...evidence],
        batches,
      }),
    );
    const { blockBatchesMax } = rules.parameters;
    return { blockId: core.checkBlock(block, blockBatchesMax), block };
  }
}
