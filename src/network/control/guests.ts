import type { Connection } from "@libp2p/interface";
import type { Drops } from "../guard/drops.ts";
import { spansOf } from "../guard/spans.ts";
import { WaitingRoom } from "../guard/waiting_room.ts";
import { LIMITS } from "../limits.ts";
import { hostIn } from "../peers/groups.ts";

/** Connections of those who dialled this node and are no peers, and those of peers that have another by now, as many as there are places for them. */
export class Guests {
  readonly #room = new WaitingRoom<Connection>(LIMITS.guestsMax);
  readonly #drops: Drops;

  constructor(drops: Drops) {
    this.#drops = drops;
  }

  /** Another may have to go for it. */
  enter(connection: Connection): void {
    if (connection.direction !== "inbound") return;
    const displaced = this.#room.enter(groupOf(connection), connection);
    if (!displaced) return;
    this.#drops.count("guests");
    displaced.abort(new Error("others wait"));
  }

  /** It is that of a peer now, or has ended. */
  leave(connection: Connection): void {
    this.#room.leave(groupOf(connection), connection);
  }
}

function groupOf({ remoteAddr }: Connection): string {
  return spansOf(hostIn(remoteAddr.toString())).subnet;
}
