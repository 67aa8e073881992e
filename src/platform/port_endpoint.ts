import {
  busyError,
  closedError,
  packError,
  unpackError,
} from "./port_error.ts";
import type { Packed, PortMessage } from "./port_message.ts";
import { PortOutgoing } from "./port_outgoing.ts";
import { compact, setPatient, takeTransfers } from "./port_value.ts";

type Reply = Extract<PortMessage, { type: "reply" | "item" }>;
type Callback = (...args: unknown[]) => void;
interface Waiting {
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

/** One end of a port: answers the other end's calls on `service`, and calls the other end's. */
export class PortEndpoint {
  readonly #port: MessagePort;
  readonly #service: object;
  readonly #inFlightMax: number;
  readonly #waiting = new Map<number, Waiting>();
  readonly #callbacks = new Map<number, Callback>();
  readonly #streams = new Map<number, AsyncIterator<unknown>>();
  readonly #outgoing: PortOutgoing;
  #nextId = 1;
  #closed: Error | undefined;

  constructor(port: MessagePort, service: object, inFlightMax: number) {
    this.#port = port;
    this.#service = service;
    this.#inFlightMax = inFlightMax;
    this.#outgoing = new PortOutgoing(
      port,
      (message, error) => this.#unsent(message, error),
    );
    port.onmessage = ({ data }) => {
      for (const message of data as PortMessage[]) this.#receive(message);
    };
    port.onmessageerror = () => this.close();
  }

  /** Whoever is patient asks, and is answered, when there is something else to say as well, or a little later. */
  async call(
    method: string,
    args: unknown[],
    isPatient: boolean,
  ): Promise<unknown> {
    const moved = args.flatMap(takeTransfers);
    const packed = args.map((arg) => this.#pack(arg));
    const reply = await this.#request(
      (id) => ({ type: "call", id, method, args: packed, isPatient }),
      moved,
      isPatient,
    );
    return this.#unpack(reply.result);
  }

  /** As `call`, but no answer crosses: what it gives or throws is lost. */
  tell(method: string, args: unknown[]): void {
    const moved = args.flatMap(takeTransfers);
    const packed = args.map((arg) => this.#pack(arg));
    this.#send({ type: "tell", method, args: packed }, moved);
  }

  /** Ends what is open on both sides with `reason` and frees the port. */
  close(reason: Error = closedError()): void {
    if (this.#closed) return;
    this.#send({ type: "bye" });
    this.#end(reason);
  }

  #end(reason: Error): void {
    this.#outgoing.flush();
    this.#closed = reason;
    this.#port.close();
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
    this.#callbacks.clear();
    for (const stream of this.#streams.keys()) this.#stop(stream);
  }

  #request(
    message: (id: number) => PortMessage,
    moved: Transferable[] = [],
    isPatient = false,
  ): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw this.#closed;
      if (this.#waiting.size >= this.#inFlightMax) {
        throw busyError(this.#inFlightMax);
      }
      const id = this.#nextId++;
      this.#waiting.set(id, { resolve, reject });
      this.#send(message(id), moved, isPatient);
    });
  }

  #receive(message: PortMessage): void {
    if (this.#closed) return;
    switch (message.type) {
      case "call":
        return void this.#answer(
          message.id,
          () => this.#invoke(message.method, message.args),
          message,
        );
      case "tell":
        return void this.#heed(message.method, message.args);
      case "pull":
        return void this.#answer(
          message.id,
          () => this.#next(message.stream),
          { isItem: true },
        );
      case "stop":
        return this.#stop(message.stream);
      case "notify":
        return this.#callbacks.get(message.callback)?.(
          ...message.args.map((arg) => this.#unpack(arg)),
        );
      case "bye":
        return this.#end(closedError());
      case "fail":
        return this.#settle(message.id)?.reject(unpackError(message.error));
      default:
        return this.#settle(message.id)?.resolve(message);
    }
  }

  /** What cannot be cloned fails its own call. */
  #unsent(message: PortMessage, error: Error): void {
    if (message.type === "call" || message.type === "pull") {
      this.#settle(message.id)?.reject(error);
    } else if (message.type === "reply" || message.type === "item") {
      this.#send({ type: "fail", id: message.id, error: packError(error) });
    } else {
      // A fault of the program: it is nobody's to handle.
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  async #answer(
    id: number,
    work: () => unknown,
    { isItem = false, isPatient = false },
  ): Promise<void> {
    try {
      const outcome = await work();
      const { done, value } = isItem
        ? outcome as IteratorResult<unknown>
        : { done: false, value: outcome };
      const result = this.#pack(value);
      this.#send(
        isItem
          ? { type: "item", id, done: done === true, result }
          : { type: "reply", id, result },
        takeTransfers(value),
        isPatient,
      );
    } catch (thrown) {
      this.#send({ type: "fail", id, error: packError(thrown) });
    }
  }

  async #heed(method: string, args: Packed[]): Promise<void> {
    try {
      await this.#invoke(method, args);
    } catch {
      // Whoever told did not want to hear of it.
    }
  }

  #invoke(method: string, args: Packed[]): unknown {
    const service = this.#service as Record<string, unknown>;
    const target = method in Object.prototype ? undefined : service[method];
    if (typeof target !== "function") {
      throw new TypeError(`no method ${method} behind this port`);
    }
    return target.apply(service, args.map((arg) => this.#unpack(arg)));
  }

  async #next(stream: number): Promise<IteratorResult<unknown>> {
    const iterator = this.#streams.get(stream);
    if (!iterator) return { done: true, value: undefined };
    try {
      const result = await iterator.next();
      if (result.done) this.#streams.delete(stream);
      return result;
    } catch (thrown) {
      this.#streams.delete(stream);
      throw thrown;
    }
  }

  #stop(stream: number): void {
    const iterator = this.#streams.get(stream);
    this.#streams.delete(stream);
    iterator?.return?.().catch(() => {
      // Nobody is left to tell: the reader has gone.
    });
  }

  #send(
    message: PortMessage,
    moved: Transferable[] = [],
    isPatient = false,
  ): void {
    if (this.#closed) return;
    if (isPatient && moved.length === 0) this.#outgoing.sendSometime(message);
    else this.#outgoing.send(message, moved);
  }

  #pack(value: unknown): Packed {
    if (typeof value === "function") {
      const id = this.#nextId++;
      this.#callbacks.set(id, value as Callback);
      return { kind: "callback", id };
    }
    if (isAsyncIterable(value)) {
      const id = this.#nextId++;
      this.#streams.set(id, value[Symbol.asyncIterator]());
      return { kind: "stream", id };
    }
    return { kind: "value", value: compact(value) };
  }

  #unpack(packed: Packed): unknown {
    if (packed.kind === "value") return packed.value;
    if (packed.kind === "stream") return this.#remoteStream(packed.id);
    const callback = this.#remoteCallback(packed.id, false);
    setPatient(callback, this.#remoteCallback(packed.id, true));
    return callback;
  }

  #remoteCallback(callback: number, isPatient: boolean): Callback {
    return (...args) => {
      const moved = args.flatMap(takeTransfers);
      const packed = args.map((arg) => this.#pack(arg));
      this.#send({ type: "notify", callback, args: packed }, moved, isPatient);
    };
  }

  async *#remoteStream(stream: number): AsyncGenerator<unknown, void, void> {
    try {
      while (true) {
        const reply = await this.#request((id) => ({
          type: "pull",
          id,
          stream,
        }));
        if (reply.type === "item" && reply.done) return;
        yield this.#unpack(reply.result);
      }
    } finally {
      this.#send({ type: "stop", stream });
    }
  }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null &&
    Symbol.asyncIterator in value;
}
