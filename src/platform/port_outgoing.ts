import type { PortMessage } from "./port_message.ts";

/** Turns of the queue of promises in which nothing was added, before a tick counts as over: a method that waits for a few answers of its own has given its own by then. */
const QUIET_TURNS = 12;
/** A tick that goes on for longer is not waited for. */
const TURNS_MAX = 1_000;

/** What is in no hurry waits so long for something else to cross with. */
const PATIENCE_MS = 10;

interface Outgoing {
  message: PortMessage;
  moved: Transferable[];
}

/** What an end of a port has to say: all of one tick crosses at once. */
export class PortOutgoing {
  readonly #port: MessagePort;
  readonly #onFailure: (message: PortMessage, error: Error) => void;
  #waiting: Outgoing[] = [];
  /** Whether the end of the tick is waited for. */
  #isClosing = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `onFailure` hears of each message that cannot be cloned. */
  constructor(
    port: MessagePort,
    onFailure: (message: PortMessage, error: Error) => void,
  ) {
    this.#port = port;
    this.#onFailure = onFailure;
  }

  /** With buffers to be moved it crosses at once, and what waits with it. */
  send(message: PortMessage, moved: Transferable[]): void {
    this.#waiting.push({ message, moved });
    if (moved.length > 0) this.flush();
    else if (!this.#isClosing) {
      this.#isClosing = true;
      this.#flushLater(this.#waiting.length, 0, 0);
    }
  }

  /** It crosses with whatever comes next, or after a few milliseconds. */
  sendSometime(message: PortMessage): void {
    this.#waiting.push({ message, moved: [] });
    this.#timer ??= setTimeout(() => this.flush(), PATIENCE_MS);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isClosing = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length > 0) this.#post(waiting);
  }

  /** After the promises that are resolved by now, and those that these resolve. */
  #flushLater(known: number, turn: number, quiet: number): void {
    queueMicrotask(() => {
      const now = this.#waiting.length;
      if (now === 0) return;
      if (now > known) this.#flushLater(now, turn + 1, 0);
      else if (quiet < QUIET_TURNS && turn < TURNS_MAX) {
        this.#flushLater(now, turn + 1, quiet + 1);
      } else this.flush();
    });
  }

  #post(outgoing: readonly Outgoing[]): void {
    try {
      this.#port.postMessage(
        outgoing.map(({ message }) => message),
        outgoing.flatMap(({ moved }) => moved),
      );
    } catch (thrown) {
      const [first, ...others] = outgoing;
      if (others.length === 0) {
        return this.#onFailure(first!.message, thrown as Error);
      }
      for (const one of outgoing) this.#post([one]);
    }
  }
}
