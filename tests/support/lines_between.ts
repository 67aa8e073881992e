/** The lines between the nodes of a test: UDP proxies in this process, which can be cut. */
import fs from "node:fs";
import type { NodePlan } from "../../src/cli/localnet/plan.ts";

type Datagrams = Deno.DatagramConn;

const HOSTNAME = "127.0.0.1";
const open = (port: number): Datagrams =>
  Deno.listenDatagram({ hostname: HOSTNAME, port, transport: "udp" });

/** Every datagram from and to a node passes here, by its announced ports or from those that it dials from. */
export class LinesBetween {
  readonly #sockets: Datagrams[] = [];
  readonly #cut = new Set<number>();
  /** The process of each node, by its index. */
  readonly #pids = new Map<number, number>();
  /** The node that sends from a port of this machine. */
  readonly #senders = new Map<number, number | undefined>();
  #closed = false;

  constructor(plans: readonly NodePlan[]) {
    for (const [node, { proxy, p2pPort, dataPort }] of plans.entries()) {
      this.#line(node, proxy!.p2pPort, p2pPort);
      this.#line(node, proxy!.dataPort, dataPort);
    }
  }

  /** Says which process a node is, so that its datagrams are known. */
  runs(node: number, pid: number): void {
    this.#pids.set(node, pid);
    this.#senders.clear();
  }

  /** Loses whatever a node sends and whatever is sent to it, until `heal`. */
  cut(node: number): void {
    this.#cut.add(node);
  }

  heal(node: number): void {
    this.#cut.delete(node);
  }

  close(): void {
    this.#closed = true;
    for (const socket of this.#sockets) socket.close();
  }

  #line(target: number, port: number, targetPort: number): void {
    const outer = this.#listen(port);
    const clients = new Map<number, Datagrams>();
    const address = { hostname: HOSTNAME, transport: "udp" as const };
    this.#forward(outer, (bytes, from) => {
      const client = clients.get(from.port) ?? this.#listen(0);
      if (!clients.has(from.port)) {
        clients.set(from.port, client);
        this.#forward(client, (bytes) => {
          this.#pass(from.port, target, () => outer.send(bytes, from));
        });
      }
      const to = { ...address, port: targetPort };
      this.#pass(from.port, target, () => client.send(bytes, to));
    });
  }

  #listen(port: number): Datagrams {
    const socket = open(port);
    this.#sockets.push(socket);
    return socket;
  }

  #pass(port: number, target: number, send: () => Promise<number>): void {
    const sender = this.#senderAt(port);
    const isCut = this.#cut.has(target) ||
      sender !== undefined && this.#cut.has(sender);
    if (isCut || this.#closed) return;
    // Refused by the other side: lost, as on any line.
    send().catch(() => undefined);
  }

  #senderAt(port: number): number | undefined {
    if (!this.#senders.has(port)) this.#senders.set(port, this.#find(port));
    return this.#senders.get(port);
  }

  /** Which of the processes holds a UDP port: Linux says it in /proc. */
  #find(port: number): number | undefined {
    const hex = port.toString(16).toUpperCase().padStart(4, "0");
    for (const [node, pid] of this.#pids) {
      const sockets = ["udp", "udp6"].flatMap((kind) =>
        read(`/proc/${pid}/net/${kind}`).split("\n").slice(1)
      );
      const inodes = sockets.map((line) => line.trim().split(/\s+/))
        .filter(([, local]) => local?.endsWith(`:${hex}`))
        .map((fields) => `socket:[${fields[9]}]`);
      if (inodes.some((inode) => holds(pid, inode))) return node;
    }
    return undefined;
  }

  async #forward(
    socket: Datagrams,
    take: (bytes: Uint8Array, from: Deno.NetAddr) => void,
  ): Promise<void> {
    try {
      for await (const [bytes, from] of socket) {
        take(bytes.slice(), from as Deno.NetAddr);
      }
    } catch (error) {
      if (!this.#closed) throw error;
    }
  }
}

function read(path: string): string {
  try {
    return fs.readFileSync(path, "utf8");
  } catch {
    return ""; // the process has ended
  }
}

function holds(pid: number, inode: string): boolean {
  try {
    return fs.readdirSync(`/proc/${pid}/fd`).some((fd) =>
      linkOf(`/proc/${pid}/fd/${fd}`) === inode
    );
  } catch {
    return false;
  }
}

function linkOf(path: string): string {
  try {
    return fs.readlinkSync(path);
  } catch {
    return ""; // closed meanwhile
  }
}
