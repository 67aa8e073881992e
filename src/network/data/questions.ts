import { ErrorCode, fault } from "../../errors/mod.ts";
import type { Clock } from "../../platform/mod.ts";
import { isReplaySafe, orderOfTopic } from "../channels.ts";
import { answer, ask } from "../exchange.ts";
import type { Duplex } from "../frames.ts";
import type { PeerLimits } from "../guard/peer_limits.ts";
import { least } from "../paths/route.ts";
import type { Link } from "./link.ts";
import { type Path, PING } from "./path.ts";

/** A connection that carries questions which anybody may repeat, while it is being confirmed. */
export interface Early {
  link: Link;
  confirmed: Promise<Path | undefined>;
}

export interface QuestionsParts {
  clock: Clock;
  limits: PeerLimits;
  /** Its connections. */
  paths(): readonly Path[];
  early(): Early | undefined;
  /** Puts the question to the node. */
  question(from: string, topic: string, body: Uint8Array): Promise<Uint8Array>;
}

/** Questions to one peer, and from it. */
export class Questions {
  readonly #id: string;
  readonly #parts: QuestionsParts;

  constructor(id: string, parts: QuestionsParts) {
    this.#id = id;
    this.#parts = parts;
  }

  /** By the connection that answers first. @throws PEER_UNREACHABLE, PEER_REFUSED, or the signal's reason. */
  async ask(
    topic: string,
    body: Uint8Array,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const { clock, paths, early } = this.#parts;
    const first = paths().length === 0 ? early() : undefined;
    if (first && isReplaySafe(topic)) {
      try {
        const stream = await first.link.openRequest(orderOfTopic(topic));
        return await ask(stream, topic, body, signal);
      } catch {
        // It is asked again, where that is as good.
      }
    }
    while (true) {
      signal.throwIfAborted();
      const path = bestOf(paths(), topic) ?? await early()?.confirmed;
      if (!path) throw fault(ErrorCode.PEER_UNREACHABLE, { peer: this.#id });
      try {
        return await path.ask(topic, body, signal);
      } catch (thrown) {
        // Whether the path is lost is known a turn later.
        await clock.sleep(0);
        const isLost = !paths().includes(path);
        const isElsewhere = isLost && paths().length > 0;
        if (!isElsewhere || !isReplaySafe(topic)) throw thrown;
      }
    }
  }

  /** One that came on a stream, where it may be asked there. Large answers take turns. */
  async answer(
    link: Link,
    stream: Duplex,
    mayAsk: (topic: string) => boolean,
  ): Promise<void> {
    const { limits, question } = this.#parts;
    const turn = link.answers.turn();
    const inTurn = {
      ...stream,
      async write(bytes: Uint8Array) {
        await turn.come(bytes.length);
        await stream.write(bytes);
      },
    };
    try {
      await limits.question(
        this.#id,
        (memory) =>
          answer(inTurn, memory, (topic, body) => {
            if (topic === PING) return Promise.resolve(new Uint8Array());
            if (!mayAsk(topic)) throw fault(ErrorCode.PEER_REFUSED, { topic });
            return question(this.#id, topic, body);
          }),
      );
    } finally {
      turn.end();
    }
  }
}

/** The path by which a question is answered first. */
export function bestOf(
  paths: readonly Path[],
  topic: string,
): Path | undefined {
  const good = paths.filter(({ health }) => !health.isLate);
  return least(
    good.length > 0 ? good : paths,
    (path) => path.answerMs(topic),
  );
}
