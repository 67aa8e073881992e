import type { SimStream } from "../../platform/mod.ts";

type Output = NonNullable<SimStream["output"]>;
type Input = NonNullable<SimStream["input"]>;

const STOPPED = new Error("stopped");

/** A stream as the platform's QUIC gives it, as far as that is used. */
export function quicStream(
  { input, output }: SimStream,
): Deno.QuicBidirectionalStream {
  return {
    readable: input && readable(input),
    writable: output && writable(output),
  } as Deno.QuicBidirectionalStream;
}

/** One that this side alone writes. */
export function writable(pipe: Output): Deno.QuicSendStream {
  const writer = {
    closed: Promise.resolve(),
    write: (bytes: Uint8Array) => pipe.write(bytes),
    close() {
      pipe.end();
      return Promise.resolve();
    },
    abort(reason?: Error) {
      pipe.reset(reason ?? STOPPED);
      return Promise.resolve();
    },
  };
  const stream = { sendOrder: 0, getWriter: () => writer };
  return stream as unknown as Deno.QuicSendStream;
}

/** One that the other side alone writes. */
export function readable(pipe: Input): Deno.QuicReceiveStream {
  let rest: Uint8Array | undefined;
  const reader = {
    closed: Promise.resolve(),
    async read(view?: Uint8Array) {
      const chunk = rest ?? await pipe.read();
      rest = undefined;
      if (!chunk) return { done: true };
      if (!view) return { done: false, value: chunk };
      const part = chunk.subarray(0, view.length);
      view.set(part);
      if (part.length < chunk.length) rest = chunk.subarray(part.length);
      return { done: false, value: view.subarray(0, part.length) };
    },
    cancel(reason?: Error) {
      pipe.stop(reason ?? STOPPED);
      return Promise.resolve();
    },
  };
  return { getReader: () => reader } as unknown as Deno.QuicReceiveStream;
}
