import type { PeerId } from "@libp2p/interface";
import type { End, SimStream } from "../../platform/mod.ts";
import type { PeerLimits } from "../guard/peer_limits.ts";
import { VirtualStream } from "./stream.ts";

export interface ConnectionParts {
  end: End;
  remotePeer: PeerId;
  direction: "inbound" | "outbound";
  /** How fast the other side may send. */
  paces: Pick<PeerLimits, "line" | "stream">;
  /** Of one protocol, that the other side may have open. */
  streamsMax: number;
  /** Whether somebody took the stream. */
  onStream(stream: VirtualStream, connection: VirtualConnection): boolean;
}

/** Says that the protocol of a stream is spoken here. */
const SPOKEN = Uint8Array.of(1);

/** A libp2p connection in virtual time, as far as it is used. */
export class VirtualConnection {
  readonly remotePeer: PeerId;
  readonly remoteAddr: { toString(): string };
  readonly direction: "inbound" | "outbound";
  readonly end: End;
  streams: VirtualStream[] = [];
  readonly #parts: ConnectionParts;
  readonly #inbound: VirtualStream[] = [];

  constructor(parts: ConnectionParts) {
    const { end, remotePeer, direction } = parts;
    this.#parts = parts;
    this.end = end;
    this.remotePeer = remotePeer;
    this.direction = direction;
    const { host, port } = end.remote;
    const address = `/ip4/${host}/udp/${port}/quic-v1/p2p/${remotePeer}`;
    this.remoteAddr = { toString: () => address };
    end.onStream = (stream) => this.#take(stream);
  }

  get status(): "open" | "closed" {
    return this.end.isOver ? "closed" : "open";
  }

  /** @throws where the other side does not speak it. */
  async newStream(protocol: string): Promise<VirtualStream> {
    const stream = await this.end.open(protocol, "two");
    await stream.input!.read();
    return this.#keep(stream);
  }

  close(): Promise<void> {
    this.end.close({ code: 0, reason: "closed" });
    return Promise.resolve();
  }

  abort(error: Error): void {
    this.end.close({ code: 1, reason: error.message });
  }

  async #take(opened: SimStream): Promise<void> {
    const { paces, remotePeer } = {
      ...this.#parts,
      remotePeer: this.remotePeer.toString(),
    };
    const pause = paces.stream(remotePeer);
    if (pause) await pause;
    const { streamsMax, onStream } = this.#parts;
    const stream = this.#keep(opened, (one) => remove(this.#inbound, one));
    this.#inbound.push(stream);
    const ofProtocol = this.#inbound.filter(({ protocol }) =>
      protocol === stream.protocol
    );
    stream.send(SPOKEN);
    if (ofProtocol.length <= streamsMax && onStream(stream, this)) return;
    stream.abort(new Error(`no ${stream.protocol} here`));
  }

  #keep(
    opened: SimStream,
    onEnd: (stream: VirtualStream) => void = () => {},
  ): VirtualStream {
    const id = this.remotePeer.toString();
    const stream: VirtualStream = new VirtualStream(opened, {
      pace: (bytes) => this.#parts.paces.line(id, bytes),
      onEnd: () => {
        remove(this.streams, stream);
        onEnd(stream);
      },
    });
    this.streams.push(stream);
    return stream;
  }
}

function remove<T>(list: T[], one: T): void {
  const at = list.indexOf(one);
  if (at >= 0) list.splice(at, 1);
}
