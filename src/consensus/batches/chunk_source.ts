import type { Network } from "../../platform/types.ts";
import { ErrorCode, fault } from "../../errors/mod.ts";
import { Reader } from "../../bytes/mod.ts";
import type { Store } from "../../storage/types.ts";
import { Topic } from "../channel.ts";
import { PAYLOAD_BYTES_MAX } from "./cut.ts";
import { type OutlineParts, serve, type Served } from "./outline.ts";
import { Room } from "./room.ts";

const DIGEST_BYTES = 32;
const REQUEST_BYTES = DIGEST_BYTES + 4;
/** Batches that are kept cut up: their chunks are asked for one after the other. The one asked for longest ago goes first. */
const SERVED_MAX = 16;
/** Batches that are read at once, whoever asks for them. */
const READS_MAX = 4;

export interface ChunkSourceOptions {
  core: OutlineParts["core"];
  network: Network;
  store: Pick<Store, "batch">;
}

/** Gives batches to peers: small ones whole, others in chunks. */
export class ChunkSource {
  readonly #options: ChunkSourceOptions;
  readonly #served = new Map<string, Promise<Served>>();
  readonly #reads = new Room(READS_MAX * PAYLOAD_BYTES_MAX);
  readonly #never = new AbortController().signal;

  constructor(options: ChunkSourceOptions) {
    this.#options = options;
  }

  /** From now on it answers. */
  start(): void {
    const { network } = this.#options;
    network.onRequest(Topic.outline, async (_from, digest) => {
      if (digest.length !== DIGEST_BYTES) throw malformed();
      return (await this.#serve(digest)).answer;
    });
    network.onRequest(Topic.chunk, async (_from, body) => {
      if (body.length !== REQUEST_BYTES) throw malformed();
      const reader = new Reader(body);
      const { chunks } = await this.#serve(reader.bytes(DIGEST_BYTES));
      const chunk = chunks[reader.u32()];
      if (!chunk) throw fault(ErrorCode.RPC_NOT_FOUND);
      return chunk;
    });
  }

  #serve(digest: Uint8Array): Promise<Served> {
    const name = digest.toHex();
    const served = this.#served.get(name) ?? this.#read(name, digest.slice());
    this.#served.delete(name);
    this.#served.set(name, served);
    if (this.#served.size > SERVED_MAX) {
      this.#served.delete(this.#served.keys().next().value!);
    }
    return served;
  }

  async #read(name: string, digest: Uint8Array): Promise<Served> {
    const { core, store } = this.#options;
    try {
      const batch = await this.#reads.hold(
        PAYLOAD_BYTES_MAX,
        this.#never,
        () => store.batch(digest),
      );
      if (!batch) throw fault(ErrorCode.RPC_NOT_FOUND);
      return serve(core, batch);
    } catch (error) {
      // It may be stored by the next time.
      this.#served.delete(name);
      throw error;
    }
  }
}

function malformed(): Error {
  return fault(ErrorCode.MESSAGE_MALFORMED);
}
