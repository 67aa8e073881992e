import type { PortMessage } from "./port_message.ts";

/** Turns of the queue of promises in which nothing was added, before a tick counts as over: a method that waits for a few answers of its own has given its own by then. */
const QUIET_TURNS = 12;
/** A tick that goes on for longer is not waited for. */
const TURNS_MAX = 1_000;

/** What an end of a port has to say: all of one tick crosses at once. */
export class PortOutgoing {
  readonly #port: MessagePort;
  readonly #onFailure: (message: PortMessage, error: Error) => void;
  #waiting: PortMessage[] = [];

  /** `onFailure` hears of each message that cannot be cloned. */
  constructor(
    port: MessagePort,
    onFailure: (message: PortMessage, error: Error) => void,
  ) {
    this.#port = port;
    this.#onFailure = onFailure;
  }

  /** With buffers to be moved it crosses at once, after what waits. */
  send(message: PortMessage, moved: Transferable[]): void {
    if (moved.length > 0) {
      this.flush();
      this.#post([message], moved);
    } else if (this.#waiting.push(message) === 1) this.#flushLater(1, 0, 0);
  }

  flush(): void {
    const messages = this.#waiting;
    this.#waiting = [];
    if (messages.length > 0) this.#post(messages);
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

  #post(messages: PortMessage[], moved: Transferable[] = []): void {
    try {
      this.#port.postMessage(messages, moved);
    } catch (thrown) {
      const error = thrown as Error;
      if (messages.length === 1) return this.#onFailure(messages[0]!, error);
      for (const message of messages) this.#post([message]);
    }
  }
}
