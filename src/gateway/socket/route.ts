import { ErrorCode, fault } from "../../errors/mod.ts";
import type { NodeView } from "../chain/node_view.ts";
import type { Source } from "../door/source.ts";
import { EventTexts } from "./events.ts";
import { Session } from "./session.ts";

/** Seconds without an answer to a ping before a connection counts as dead. */
const IDLE_TIMEOUT_SECONDS = 30;

/** GET /ws: the open sockets of the gateway. */
export class SocketRoute {
  readonly #view: NodeView;
  readonly #texts: EventTexts;
  readonly #sessions = new Set<Session>();

  constructor(view: NodeView) {
    this.#view = view;
    this.#texts = new EventTexts(view);
  }

  /** @throws RPC_BUSY, RPC_INVALID_REQUEST */
  upgrade(request: Request, source: Source): Response {
    if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      throw fault(ErrorCode.RPC_INVALID_REQUEST, "/ws takes WebSockets");
    }
    const { socketsMax } = this.#view.limits;
    if (this.#sessions.size >= socketsMax) {
      throw fault(ErrorCode.RPC_BUSY, { sockets_max: socketsMax });
    }
    const { socket, response } = Deno.upgradeWebSocket(request, {
      idleTimeout: IDLE_TIMEOUT_SECONDS,
    });
    const session = new Session({
      ...{ view: this.#view, texts: this.#texts, socket, source },
    });
    this.#sessions.add(session);
    socket.addEventListener("close", () => this.#sessions.delete(session));
    return response;
  }

  /** Tells every client that the node stops. */
  close(): void {
    for (const session of this.#sessions) session.close();
  }
}
