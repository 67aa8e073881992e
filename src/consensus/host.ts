import { fromBinary, toBinary } from "@bufbuild/protobuf";
import type { core } from "../core/mod.ts";
import { ErrorCode, fault } from "../errors/mod.ts";
import type { Timer } from "../platform/types.ts";
import { BlockSchema } from "../proto/gen/rustorium/v1/block_pb.ts";
import {
  CommitCertificateSchema,
  EvidenceSchema,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";
import type { BuiltBlock } from "./build.ts";
import type { Effect } from "./effects.ts";
import { Inbox } from "./inbox.ts";
import { Mailbox } from "./mailbox.ts";
import type { Parts } from "./parts.ts";
import { type Outcome, Performer } from "./performer.ts";
import { Proposals } from "./proposals.ts";
import { EXECUTION_LAG, type Tip } from "./rules.ts";
import { Timers } from "./timers.ts";

type Finalized = NonNullable<Outcome["finalized"]>;

/** Drives the engine from height to height: one input at a time, and all that it asks for done before the next. */
export class Host {
  readonly #parts: Parts;
  readonly #mailbox: Mailbox;
  readonly #timers: Timers;
  readonly #inbox: Inbox;
  readonly #performer: Performer;
  readonly #proposals: Proposals;
  #tip: Tip;
  /** The height that is decided on, or waited for. */
  #height: bigint;
  #round = -1;
  #started = false;
  #startTimer: Timer | undefined;

  constructor(parts: Parts, tip: Tip, onError: (error: unknown) => void) {
    this.#parts = parts;
    this.#tip = tip;
    this.#height = tip.height + 1n;
    this.#mailbox = new Mailbox((error) => {
      this.#quiet();
      onError(error);
    });
    this.#proposals = new Proposals(parts);
    this.#timers = new Timers(parts.clock);
    this.#inbox = new Inbox({
      ...parts,
      wake: () => this.#mailbox.post(() => this.#receive()),
    });
    this.#performer = new Performer({
      ...parts,
      timers: this.#timers,
      onTimeout: (kind, round) => this.#onTimeout(kind, round),
    });
  }

  /** The last decided height. */
  height(): bigint {
    return this.#tip.height;
  }

  round(): number {
    return this.#round;
  }

  /** Goes on after the last decided height, with what the log has of the next. */
  run(): void {
    const { executor } = this.#parts;
    this.#proposals.begin(this.#height);
    executor.onPending(() => this.#onPending());
    this.#mailbox.post(async () => {
      if ((await executor.pending()).transactions > 0) this.#onPending();
    });
    this.#awaitStart();
  }

  #onPending(): void {
    this.#parts.pace.pending();
    this.#mailbox.post(() => this.#startWhenDue());
  }

  /** Ends after the input under way. */
  async stop(): Promise<void> {
    await this.#mailbox.close();
    this.#quiet();
    await this.#parts.execution.idle();
  }

  #quiet(): void {
    this.#startTimer?.cancel();
    this.#timers.cancelAll();
  }

  #awaitStart(): void {
    const due = () => this.#mailbox.post(() => this.#startWhenDue());
    // A failure to execute is reported where it happens.
    this.#parts.execution.whenExecuted(this.#height - EXECUTION_LAG)
      .then(due, () => undefined);
  }

  async #startWhenDue(isWanted = false): Promise<void> {
    const { clock, engine, execution, journal, pace } = this.#parts;
    const isExecuted = execution.height + EXECUTION_LAG >= this.#height;
    if (this.#started || !isExecuted) return;
    this.#startTimer?.cancel();
    const isLogged = journal.entries(this.#height).length > 0;
    const waitMs = pace.due(this.#height) - clock.monotonic();
    if (waitMs > 0 && !isWanted && !isLogged) {
      const due = () => this.#mailbox.post(() => this.#startWhenDue());
      this.#startTimer = clock.schedule(waitMs, due);
      return;
    }
    this.#started = true;
    pace.started(clock.monotonic());
    await this.#perform(engine.start(this.#height));
  }

  /** Where others are at the next height already, it starts without waiting for its time. */
  async #receive(): Promise<void> {
    if (!this.#started && this.#inbox.has(this.#height)) {
      await this.#startWhenDue(true);
    }
    for (const input of this.#inbox.drain()) await this.#feed(input);
  }

  #onTimeout(kind: number, round: number): void {
    const height = this.#height;
    this.#mailbox.post(() =>
      this.#feed((engine) => engine.onTimeout(kind, height, round))
    );
  }

  async #feed(input: (engine: core.Engine) => Uint8Array): Promise<void> {
    await this.#perform(this.#parts.engine.feed(input));
  }

  async #perform(effects: readonly Effect[]): Promise<void> {
    const outcome = await this.#performer.perform(effects);
    this.#round = outcome.round ?? this.#round;
    if (outcome.decided) await this.#decide(outcome.decided);
    else if (outcome.wanted) {
      this.#propose(outcome.wanted.height, outcome.wanted.round);
    }
    if (outcome.finalized) await this.#finalize(outcome.finalized);
  }

  /** Makes a block besides; the engine's timers go on meanwhile. */
  #propose(height: bigint, round: number): void {
    this.#proposals.make(this.#tip, round).then(
      (built) => {
        if (!built) return;
        this.#mailbox.post(() => this.#proposeBuilt(height, round, built));
      },
      (error) => this.#mailbox.post(() => Promise.reject(error)),
    );
  }

  async #proposeBuilt(
    height: bigint,
    round: number,
    built: BuiltBlock,
  ): Promise<void> {
    if (height !== this.#height) return;
    this.#proposals.keep(height, round, built);
    await this.#feed((engine) =>
      engine.onValueBuilt(height, round, built.blockId)
    );
  }

  /** A decision becomes final once the store has it. A height is decided once, however often its log is fed. */
  async #decide(certificate: Uint8Array): Promise<void> {
    const { height, blockId } = fromBinary(
      CommitCertificateSchema,
      certificate,
    );
    if (height <= this.#tip.height) return;
    const built = this.#proposals.get(blockId);
    const block = built && fromBinary(BlockSchema, built.block);
    if (!built || !block?.header) {
      throw fault(ErrorCode.STORAGE_CORRUPT, { missingBlock: height });
    }
    const { store, pace, execution, evidence, onDecided, builder, log } =
      this.#parts;
    const stored = { height, blockId, block: built.block, certificate };
    await store.commitBlock(stored, []);
    const { header, batches } = block;
    log.debug("block decided", {
      height,
      round: this.#round,
      blockId: blockId.toHex(),
      batches: batches.length,
    });
    this.#tip = { height, blockId, timeMs: header.timeMs, certificate };
    pace.decided(height, batches.length > 0);
    evidence.remove(
      block.evidence.map((one) => toBinary(EvidenceSchema, one)),
    );
    execution.push(stored);
    onDecided({ stored, header, batches: batches.length });
    await builder.settle(batches);
  }

  async #finalize({ certificate, evidence }: Finalized): Promise<void> {
    const { journal, options, signatures } = this.#parts;
    this.#tip = { ...this.#tip, certificate };
    this.#parts.evidence.add(evidence);
    await journal.close(this.#height, options.walBytesMax);
    signatures.guard.close(this.#height);
    this.#height += 1n;
    this.#round = -1;
    this.#started = false;
    this.#proposals.begin(this.#height);
    this.#awaitStart();
  }
}
