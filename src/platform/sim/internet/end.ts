import type { Timer } from "../../types.ts";
import type { Address } from "./internet.ts";
import { Pipe, type PipeHooks } from "./pipe.ts";

/** What a connection needs of the internet that it goes over. */
export interface Medium {
  now(): number;
  schedule(delayMs: number, callback: () => void): Timer;
  /** How far apart two hosts are, in milliseconds. */
  distance(from: string, to: string): number;
  /** What the next packet takes over a distance. */
  delay(distanceMs: number): number;
  /** A whole number in [0, bound). */
  integer(bound: number): number;
  /** Whether packets pass between two hosts. */
  passes(from: string, to: string): boolean;
  /** A connection has lost one of its ends. */
  onOver(end: End): void;
}

/** How a connection is held. */
export interface Terms {
  idleMs: number;
  keepAliveMs: number;
  /** Streams that the other side may keep open at once, of both kinds. */
  streamsMax: { two: number; one: number };
}

/** How it ended: by somebody's word, or without one. */
export interface Ending {
  code: number;
  reason: string;
}

/** A stream as one of the two sides has it. */
export interface SimStream {
  /** What the side that opened it says it is for. */
  label: string;
  /** Absent where the other side alone sends. */
  output?: Pipe;
  input?: Pipe;
}

type Kind = "one" | "two";

/** Packets that left at one moment. */
interface Batch {
  sentMs: number;
  isDue: boolean;
  arrive: (() => void)[];
}

/** Made once: where an error is made it holds on to whoever made it. */
const OVER = new Error("the connection is over");
const TIMED_OUT = new Error("timed out");

/**
 * One of the two ends of a connection in virtual time, reliable and in order as
 * QUIC is. What does not pass is sent again when it does; where nothing passes
 * for the idle time the end gives up, and hears nothing of the other.
 */
export class End {
  readonly local: Address;
  readonly remote: Address;
  /** When it began, in virtual time. */
  readonly sinceMs: number;
  readonly #medium: Medium;
  readonly #terms: Terms;
  readonly #distanceMs: number;
  readonly #batches: Batch[] = [];
  readonly #reading = new Set<Pipe>();
  readonly #writing = new Set<Pipe>();
  readonly #opened: Record<Kind, number> = { one: 0, two: 0 };
  readonly #waiting: Record<Kind, (() => void)[]> = { one: [], two: [] };
  readonly #closed = Promise.withResolvers<Ending>();
  #other: End | undefined;
  #lastMs = 0;
  #isHeld = false;
  #idle: Timer | undefined;
  #isOver = false;
  #isCut = false;
  #isConfirmed = false;
  /** Streams that the other side opened before anybody asked for them. */
  readonly #early: SimStream[] = [];
  #onStream: ((stream: SimStream) => void) | undefined;
  /** The other side said something besides its streams. */
  onWord: (word: unknown) => void = () => {};

  constructor(
    medium: Medium,
    terms: Terms,
    { local, remote }: { local: Address; remote: Address },
  ) {
    this.sinceMs = medium.now();
    this.#medium = medium;
    this.#terms = terms;
    this.local = local;
    this.remote = remote;
    this.#distanceMs = medium.distance(local.host, remote.host);
    this.#closed.promise.catch(() => undefined);
    // Until it is confirmed there is nobody who keeps it alive.
    this.#idle = medium.schedule(terms.idleMs, () => this.#timeOut());
  }

  /** Resolves where somebody closed it; rejects where nothing was heard for too long. */
  get closed(): Promise<Ending> {
    return this.#closed.promise;
  }

  /** Whether the handshake is over for this side. */
  get isConfirmed(): boolean {
    return this.#isConfirmed;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  join(other: End): void {
    this.#other = other;
  }

  /** The other side opened a stream. */
  set onStream(callback: (stream: SimStream) => void) {
    this.#onStream = callback;
    for (const stream of this.#early.splice(0)) callback(stream);
  }

  /** The handshake is over for this side. */
  confirm(): void {
    this.#isConfirmed = true;
    this.#idle?.cancel();
    this.#idle = undefined;
    this.look();
  }

  /** Something arrives at the other side, after all that was sent before. */
  send(arrive: () => void): void {
    if (!this.#isOver) this.#queue(arrive);
  }

  say(word: unknown): void {
    this.send(() => this.#other?.onWord(word));
  }

  /** Waits until the other side allows one more. */
  async open(label: string, kind: Kind): Promise<SimStream> {
    while (!this.#isOver && this.#isFull(kind)) {
      await new Promise<void>((go) => this.#waiting[kind].push(go));
    }
    if (this.#isOver) throw OVER;
    this.#opened[kind]++;
    const other = this.#other!;
    // The other side gives the place back when it is done with both directions; that is known at once.
    let left = kind === "two" ? 2 : 1;
    const leave = () => {
      if (--left === 0) this.#gaveBack(kind);
    };
    const output = pipeOf(this, other, { onRead: leave });
    const input = kind === "two"
      ? pipeOf(other, this, { onWritten: leave })
      : undefined;
    this.send(() =>
      other.#take({ label, input: output, ...(input && { output: input }) })
    );
    return { label, output, ...(input && { input }) };
  }

  /** Says so to the other side, if that can be reached. */
  close(ending: Ending): void {
    if (this.#isOver) return;
    const other = this.#other;
    this.send(() => other?.finish(ending));
    this.finish({ code: ending.code, reason: "" });
  }

  /** It is over for this side. */
  finish(ending: Ending | Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#idle?.cancel();
    if (ending instanceof Error) this.#closed.reject(ending);
    else this.#closed.resolve(ending);
    for (const pipe of this.#reading) pipe.failReader(OVER);
    for (const pipe of this.#writing) pipe.failWriter(OVER);
    for (const waiting of Object.values(this.#waiting)) {
      for (const go of waiting.splice(0)) go();
    }
    this.#medium.onOver(this);
    // The other end may wait for it in vain.
    this.#other?.look();
  }

  /** Its process has gone without a word. */
  vanish(): void {
    this.#isOver = true;
    this.#idle?.cancel();
    this.#batches.length = 0;
    this.#reading.clear();
    this.#writing.clear();
    this.#medium.onOver(this);
    this.#other?.look();
  }

  /** Nothing passes between these two ends any more. */
  cut(): void {
    for (const end of [this, this.#other]) {
      if (!end) continue;
      end.#isCut = true;
      end.look();
    }
  }

  /** The lines have changed. */
  look(): void {
    if (this.#isOver) return;
    if (this.#passes() && !this.#other?.isOver) {
      if (this.#isConfirmed) {
        this.#idle?.cancel();
        this.#idle = undefined;
      }
      return this.#resume();
    }
    if (!this.#isConfirmed) return;
    const { idleMs, keepAliveMs } = this.#terms;
    const heardMs = this.#medium.integer(Math.min(idleMs, keepAliveMs) + 1);
    this.#idle ??= this.#medium.schedule(
      idleMs - heardMs,
      () => this.#timeOut(),
    );
  }

  #take(stream: SimStream): void {
    if (this.#onStream) this.#onStream(stream);
    else this.#early.push(stream);
  }

  #timeOut(): void {
    this.finish(TIMED_OUT);
  }

  #isFull(kind: Kind): boolean {
    return this.#opened[kind] >= this.#terms.streamsMax[kind];
  }

  #gaveBack(kind: Kind): void {
    this.#opened[kind]--;
    this.#waiting[kind].shift()?.();
  }

  /** A direction of a stream that this side reads, until what is given back is called. */
  reads(pipe: Pipe): () => void {
    this.#reading.add(pipe);
    return () => this.#reading.delete(pipe);
  }

  /** The same of one that it writes. */
  writes(pipe: Pipe): () => void {
    this.#writing.add(pipe);
    return () => this.#writing.delete(pipe);
  }

  #passes(): boolean {
    return !this.#isCut &&
      this.#medium.passes(this.local.host, this.remote.host);
  }

  #queue(arrive: () => void): void {
    const now = this.#medium.now();
    const last = this.#batches.at(-1);
    if (last?.sentMs === now && !last.isDue) {
      last.arrive.push(arrive);
      return;
    }
    const batch: Batch = { sentMs: now, isDue: false, arrive: [arrive] };
    this.#batches.push(batch);
    const atMs = now + this.#medium.delay(this.#distanceMs);
    this.#lastMs = Math.max(this.#lastMs, atMs);
    this.#medium.schedule(this.#lastMs - now, () => {
      batch.isDue = true;
      this.#deliver();
    });
  }

  #deliver(): void {
    if (this.#isHeld || this.#batches.length === 0) return;
    if (!this.#passes()) {
      // Whoever has closed a connection sends nothing again.
      if (this.#isOver) this.#batches.length = 0;
      else this.#isHeld = true;
      return;
    }
    while (this.#batches[0]?.isDue) {
      for (const arrive of this.#batches.shift()!.arrive) {
        if (!this.#other?.isOver) arrive();
      }
    }
  }

  /** What did not pass is sent again. */
  #resume(): void {
    if (!this.#isHeld) return;
    this.#medium.schedule(this.#medium.delay(this.#distanceMs), () => {
      this.#isHeld = false;
      this.#deliver();
    });
  }
}

function pipeOf(from: End, to: End, hooks: Partial<PipeHooks>): Pipe {
  let [hasCome, hasWritten] = [() => {}, () => {}];
  const pipe = new Pipe({
    forward: (arrive) => from.send(arrive),
    back: (arrive) => to.send(arrive),
  }, {
    onCome: () => hasCome(),
    onRead: () => hooks.onRead?.(),
    onWritten() {
      hasWritten();
      hooks.onWritten?.();
    },
  });
  hasCome = to.reads(pipe);
  hasWritten = from.writes(pipe);
  return pipe;
}
