import type { Stream } from "@libp2p/interface";
import type { Duplex } from "../frames.ts";
import { LIMITS } from "../limits.ts";

/** A libp2p stream in the form that both planes share. It is paused while its reader has enough to do. */
export function controlStream(stream: Stream): Duplex {
  return {
    chunks: chunksOf(stream),
    async write(bytes) {
      if (!stream.send(bytes)) await stream.onDrain();
    },
    end: () => stream.close(),
    abort: (reason) => stream.abort(reason),
  };
}

function chunksOf(stream: Stream): AsyncIterable<Uint8Array> {
  const waiting: Uint8Array[] = [];
  let bytes = 0;
  let wake = () => {};
  let end: { error?: Error } | undefined;
  stream.addEventListener("message", ({ data }) => {
    const chunk = data instanceof Uint8Array ? data : data.subarray();
    waiting.push(chunk);
    bytes += chunk.length;
    if (bytes > LIMITS.readAheadBytesMax && stream.readStatus === "readable") {
      stream.pause();
    }
    wake();
  });
  const finish = (error?: Error) => {
    end ??= error ? { error } : {};
    wake();
  };
  stream.addEventListener("remoteCloseWrite", () => finish());
  stream.addEventListener("close", ({ error }) => finish(error));
  async function* chunks() {
    while (true) {
      const chunk = waiting.shift();
      if (chunk) {
        bytes -= chunk.length;
        if (bytes <= LIMITS.readAheadBytesMax) resume(stream);
        yield chunk;
      } else if (end) {
        if (end.error) throw end.error;
        return;
      } else await new Promise<void>((resolve) => wake = resolve);
    }
  }
  return chunks();
}

function resume(stream: Stream): void {
  if (stream.readStatus === "paused") stream.resume();
}
