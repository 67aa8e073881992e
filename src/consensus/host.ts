import { EXECUTION_LAG } from "../core/mod.ts";
import { fromBinary } from "@bufbuild/protobuf";
import type { core } from "../core/mod.ts";
import { ErrorCode, fault } from "../errors/mod.ts";
import type { Waiting } from "../execution/types.ts";
import type { Timer } from "../platform/types.ts";
import { BlockSchema } from "../proto/gen/rustorium/v1/block_pb.ts";
import {
  CommitCertificateSchema,
  type Vote,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";
import type { BuiltBlock } from "./build.ts";
import { Candidates, type CandidatesOptions } from "./candidates.ts";
import type { Effect } from "./effects.ts";
import { Inbox } from "./inbox.ts";
import { Mailbox } from "./mailbox.ts";
import type { Parts } from "./parts.ts";
import { type Outcome, Performer } from "./performer.ts";
import { precommitsOf } from "./precommits.ts";
import { Proposals } from "./proposals.ts";
import type { Proposed } from "./proposed.ts";
import { namedBy } from "./recover.ts";
import { relayMessages } from "./relay.ts";
import type { Tip } from "./rules.ts";
import {
  answerPeers,
  CatchUp,
  type CertifiedBlock,
  Helper,
} from "./sync/mod.ts";
import { Timers } from "./timers.ts";
import type { ConsensusHealth } from "./types.ts";

type Judged = Parameters<CandidatesOptions["onJudged"]>[0];
type Finalized = NonNullable<Outcome["finalized"]>;

/** Drives the engine from height to height: one input at a time, and all that it asks for done before the next. */
export class Host {
  readonly #parts: Parts;
  readonly #mailbox: Mailbox;
  readonly #timers: Timers;
  readonly #inbox: Inbox;
  readonly #performer: Performer;
  readonly #proposals: Proposals;
  readonly #candidates: Candidates;
  readonly #catchUp: CatchUp;
  readonly #helper: Helper;
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
    this.#candidates = new Candidates({
      ...parts,
      onJudged: (judged) => this.#mailbox.post(() => this.#judged(judged)),
      onError: (error) => this.#mailbox.post(() => Promise.reject(error)),
    });
    this.#catchUp = new CatchUp({
      ...parts,
      ...{ statusMs: parts.options.statusMs, onError },
      isAlone: !parts.batches.isEager,
      tip: () => this.#tip.height,
      apply: (certified) => this.#apply(certified),
    });
    this.#helper = new Helper(parts);
    this.#inbox = new Inbox({
      ...parts,
      height: () => this.#height,
      wake: () => this.#mailbox.post(() => this.#receive()),
      onVote: (from, vote, isCertified) => this.#watch(from, vote, isCertified),
      onHeight: (from, height) => this.#catchUp.claim(from, height - 1n),
    });
    this.#performer = new Performer({
      ...parts,
      timers: this.#timers,
      blockOf: (blockId) => this.#proposals.get(blockId)?.block,
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

  syncing(): boolean {
    return this.#catchUp.isSyncing();
  }

  health(): ConsensusHealth {
    return this.#parts.presence.health();
  }

  /** Goes on after the last decided height, with what the log has of the next. */
  run(): void {
    const { batches, executor, network, store, watch } = this.#parts;
    const { accuser, evidence, journal } = this.#parts;
    evidence.begin(this.#height);
    // Between the engine's inputs: whoever commits waits for all that was added.
    accuser.begin(() => this.#mailbox.post(() => journal.commit()));
    this.#proposals.begin(this.#height);
    this.#candidates.begin(this.#tip);
    watch.begin(this.#height);
    batches.begin(this.#tip.height, () => this.#onEligible());
    answerPeers(network, store);
    relayMessages({ ...this.#parts, tip: () => this.#tip.height });
    executor.onPending((waiting) => this.#onPending(waiting));
    this.#mailbox.post(async () => {
      if ((await executor.pending()).transactions > 0) {
        this.#onPending({ isReady: true, isFresh: true });
      }
    });
    this.#catchUp.run();
    this.#awaitStart();
  }

  /** Transactions wait: with others that are to hold them first, they make a batch now, else with the next block. */
  #onPending(waiting: Waiting): void {
    const { batches } = this.#parts;
    batches.pending(waiting);
    if (!batches.isEager) this.#onEligible();
  }

  #onEligible(): void {
    const { batches, clock, pace } = this.#parts;
    pace.pending(clock.monotonic(), batches.isComplete());
    this.#mailbox.post(() => this.#startWhenDue());
  }

  /** Ends after the input under way. */
  async stop(): Promise<void> {
    await this.#mailbox.close();
    this.#quiet();
    await this.#parts.execution.idle();
  }

  #quiet(): void {
    this.#catchUp.stop();
    this.#candidates.stop();
    this.#parts.batches.stop();
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
    const { inputs, proposals } = this.#inbox.drain();
    for (const input of inputs) await this.#feed(input);
    for (const proposed of proposals) await this.#take(proposed);
  }

  /** The engine hears of the proposal at once, and of its block when that is judged. */
  async #take(proposed: Proposed): Promise<void> {
    if (!this.#candidates.isNow(proposed)) return;
    await this.#feed((engine) =>
      this.#inbox.tolerant(() => engine.onProposal(proposed.signed))
    );
    this.#candidates.judge(proposed);
  }

  async #judged({ proposed, blockId, why }: Judged): Promise<void> {
    const { height, round, polRoundPlusOne, proposer } = proposed.proposal;
    if (height !== this.#height) return;
    if (why) {
      this.#parts.log.warn("refused a proposed block", { height, round, why });
    } else {
      this.#proposals.learn(height, round, { blockId, block: proposed.block });
    }
    const polRound = polRoundPlusOne - 1;
    await this.#feed((engine) =>
      engine.onBlock(height, round, polRound, proposer, blockId, !why, false)
    );
  }

  /** A vote, of whatever height: two that contradict each other are evidence. */
  #watch(from: string, vote: Vote, isCertified: boolean): void {
    // Certificates are repeated for long with the votes of those who are gone.
    if (!isCertified) this.#parts.presence.voted(vote);
    this.#helper.sees(from, vote.height);
    this.#compare(vote);
  }

  #compare(vote: Vote): void {
    const { accuser, watch } = this.#parts;
    const evidence = watch.see(vote);
    if (evidence) accuser.accuse(evidence);
  }

  /** A certified block from a peer. Resolves when it is decided, or not wanted any more. */
  #apply(certified: CertifiedBlock): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#mailbox.post(async () => {
      try {
        await this.#sync(certified);
        resolve();
      } catch (error) {
        reject(error);
        throw error;
      }
    });
    return promise;
  }

  async #sync({ height, whole, block, certificate }: CertifiedBlock) {
    if (height !== this.#height || height <= this.#tip.height) return;
    const { execution, judge } = this.#parts;
    const why = await judge.fault(this.#tip, whole);
    // Two thirds executed it: what differs is here.
    if (why) throw fault(ErrorCode.REPLAY_MISMATCH, { height, why });
    await execution.whenExecuted(height - EXECUTION_LAG);
    await this.#startWhenDue(true);
    const { blockId, header: { proposer } } = whole;
    const { round } = fromBinary(CommitCertificateSchema, certificate);
    this.#proposals.learn(height, round, { blockId, block });
    await this.#feed((engine) => engine.onSync(certificate, blockId));
    if (this.#tip.height >= height) return;
    await this.#feed((engine) =>
      engine.onBlock(height, round, -1, proposer, blockId, true, true)
    );
  }

  #onTimeout(kind: number, round: number): void {
    const height = this.#height;
    this.#mailbox.post(async () => {
      // It waited until the height was over: nothing of that height is signed any more.
      if (height !== this.#height) return;
      await this.#feed((engine) => engine.onTimeout(kind, height, round));
    });
  }

  async #feed(input: (engine: core.Engine) => Uint8Array): Promise<void> {
    await this.#perform(this.#parts.engine.feed(input));
  }

  async #perform(effects: readonly Effect[]): Promise<void> {
    const outcome = await this.#performer.perform(effects);
    this.#round = outcome.round ?? this.#round;
    if (outcome.decided) await this.#decide(outcome.decided);
    else if (outcome.wanted && !this.#catchUp.has(outcome.wanted.height)) {
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
    const { clock, store, pace, execution, evidence, history } = this.#parts;
    const { onDecided, log } = this.#parts;
    const stored = { height, blockId, block: built.block, certificate };
    await store.commitBlock(stored, []);
    const { header, batches } = block;
    log.debug("block decided", {
      height,
      round: this.#round,
      blockId: blockId.toHex(),
      batches: batches.length,
    });
    const { timeMs, baseFee } = header;
    this.#tip = { height, blockId, timeMs, certificate, baseFee };
    pace.decided(height, batches.length > 0, clock.monotonic());
    history.add(height, namedBy(block));
    evidence.settle(height);
    // Its proposer may have been sent other votes than this node was.
    const { lastCertificate } = block;
    if (lastCertificate) {
      precommitsOf(lastCertificate).forEach((vote) => this.#compare(vote));
    }
    this.#helper.decided(height);
    this.#parts.presence.decided();
    execution.push(stored);
    const transactions = this.#parts.batches.transactionsIn(batches);
    onDecided({ stored, header, batches: batches.length, transactions });
    await this.#settle(height, batches);
  }

  /** What waits for the next block. */
  async #settle(height: bigint, named: readonly Uint8Array[]): Promise<void> {
    const { batches, clock, pace } = this.#parts;
    await batches.settle(height, named, pace.nextMs);
    const isWaiting = batches.hasEligible();
    if (isWaiting) pace.pending(clock.monotonic(), batches.isComplete());
    else if (batches.isEager) pace.settled();
  }

  async #finalize({ certificate, evidence }: Finalized): Promise<void> {
    const { journal, options, signatures } = this.#parts;
    this.#tip = { ...this.#tip, certificate };
    for (const one of evidence) this.#parts.accuser.accuse(one);
    await journal.close(this.#height, options.walBytesMax);
    signatures.guard.close(this.#height);
    this.#height += 1n;
    this.#round = -1;
    this.#started = false;
    this.#proposals.begin(this.#height);
    this.#parts.watch.begin(this.#height);
    this.#awaitStart();
    for (const proposed of this.#candidates.begin(this.#tip)) {
      this.#mailbox.post(() => this.#take(proposed));
    }
  }
}
