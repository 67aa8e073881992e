import type { SimStream } from "../../platform/mod.ts";
import { Emitter } from "./emitter.ts";

/** A libp2p stream in virtual time, as far as it is used. It begins to read when somebody listens. */
export class VirtualStream extends Emitter {
  readonly protocol: string;
  readonly #stream: Required<SimStream>;
  readonly #pace: (bytes: number) => Promise<void> | undefined;
  readonly #onEnd: () => void;
  #isReading = false;
  #hasRead = false;
  #hasWritten = false;
  #isClosed = false;
  #goOn: (() => void) | undefined;
  #paused: Promise<void> | undefined;

  constructor(
    stream: SimStream,
    { pace, onEnd }: {
      /** Resolves when more may be read. */
      pace(bytes: number): Promise<void> | undefined;
      onEnd(): void;
    },
  ) {
    super();
    this.protocol = stream.label;
    this.#stream = stream as Required<SimStream>;
    this.#pace = pace;
    this.#onEnd = onEnd;
  }

  get readStatus(): "readable" | "paused" | "closed" {
    if (this.#hasRead) return "closed";
    return this.#paused ? "paused" : "readable";
  }

  override addEventListener(
    name: string,
    call: (event: never) => void,
    options?: { once?: boolean },
  ): void {
    super.addEventListener(name, call, options);
    if (name !== "message" || this.#isReading) return;
    this.#isReading = true;
    this.#read();
  }

  /** Whether more may be sent at once. */
  send(bytes: Uint8Array): boolean {
    if (this.#isClosed || this.#hasWritten) {
      throw new Error("the stream is closed");
    }
    const { output } = this.#stream;
    output.write(bytes).catch(() => undefined);
    return output.hasRoom;
  }

  onDrain(): Promise<void> {
    return this.#stream.output.room();
  }

  close(): Promise<void> {
    this.#hasWritten = true;
    this.#stream.output.end();
    this.#look();
    return Promise.resolve();
  }

  abort(error: Error): void {
    if (this.#isClosed) return;
    this.#stream.output.reset(error);
    this.#stream.input.stop(error);
    this.#end(error);
  }

  pause(): void {
    this.#paused ??= new Promise((resolve) => this.#goOn = resolve);
  }

  resume(): void {
    this.#goOn?.();
    this.#paused = undefined;
  }

  async #read(): Promise<void> {
    try {
      for (let data; (data = await this.#stream.input.read());) {
        const pause = this.#pace(data.length);
        if (pause) await pause;
        this.emit("message", { data });
        while (this.#paused) await this.#paused;
      }
      this.#hasRead = true;
      this.emit("remoteCloseWrite", {});
      this.#look();
    } catch (thrown) {
      this.#end(thrown as Error);
    }
  }

  #look(): void {
    if (this.#hasRead && this.#hasWritten) this.#end();
  }

  #end(error?: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#hasRead = true;
    this.resume();
    this.emit("close", { error });
    this.#onEnd();
  }
}
