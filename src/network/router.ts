import { ErrorCode, fault, RustoriumError } from "../errors/mod.ts";
import type { Clock, Log, Network, Verdict } from "../platform/types.ts";
import { classOf, isName } from "./channels.ts";
import type { ControlPlane } from "./control/plane.ts";
import type { DataWorker } from "./data/start_worker.ts";
import type { DataPeerInfo, Incoming } from "./data/types.ts";
import { namedFrame } from "./frames.ts";
import { LIMITS } from "./limits.ts";
import { added, type NetworkMetrics, networkMetrics } from "./metrics.ts";
import { peerInfo } from "./peer_info.ts";
import { Seen, type Way } from "./seen.ts";
import type { NetworkReport, PeerLinks } from "./types.ts";

type MessageHandler = Parameters<Network["onMessage"]>[0];
type RequestHandler = Parameters<Network["onRequest"]>[1];
type Judge = Parameters<Network["relay"]>[1];

/**
 * Chooses the plane for each message: data where it is connected, control
 * otherwise. What is urgent takes both while the data plane answers late. Where
 * somebody is beyond the peers, what is broadcast passes on by gossip as well.
 */
export class Router implements Network {
  readonly id: string;
  readonly #log: Log;
  readonly #messageHandlers: MessageHandler[] = [];
  readonly #requestHandlers = new Map<string, RequestHandler>();
  readonly #judges = new Map<string, Judge>();
  readonly #seen: Seen;
  readonly #peersHandlers: ((peers: string[]) => void)[] = [];
  #control: ControlPlane | undefined;
  #data: DataWorker | undefined;
  #states = new Map<string, DataPeerInfo["state"]>();
  #told = "";
  readonly #drops = { duplicate: 0, unhandled: 0 };
  #closed: Promise<void> | undefined;

  constructor(id: string, clock: Clock, log: Log) {
    this.id = id;
    this.#log = log;
    this.#seen = new Seen(clock);
  }

  /** The planes know the router first; peers may be on the data plane already. */
  connect(control: ControlPlane, data: DataWorker): void {
    this.#control = control;
    this.#data = data;
    data.service.onStates((states) => {
      this.#states = new Map(states.map(({ id, state }) => [id, state]));
      this.onChange();
    });
    data.hear((item) => this.#onData(item, data));
  }

  peers(): string[] {
    if (this.#closed) return [];
    const ids = new Set(this.#control?.peers().map(({ id }) => id));
    for (const [id, state] of this.#states) if (state !== "down") ids.add(id);
    return [...ids];
  }

  broadcast(channel: string, message: Uint8Array): void {
    const peers = this.peers();
    const frame = this.#transmit(peers, channel, message);
    const isWanted = this.#judges.has(channel) && this.#control?.reachesBeyond;
    if (frame && isWanted) this.#control!.publish(frame);
  }

  send(peer: string, channel: string, message: Uint8Array): void {
    this.#transmit([peer], channel, message);
  }

  relay(channel: string, judge: Judge): void {
    this.#judges.set(channel, judge);
  }

  onMessage(handler: MessageHandler): void {
    this.#messageHandlers.push(handler);
  }

  onRequest(topic: string, handler: RequestHandler): void {
    if (!isName(topic)) throw new TypeError(`not a topic: ${topic}`);
    this.#requestHandlers.set(topic, handler);
  }

  onPeers(handler: (peers: string[]) => void): void {
    this.#peersHandlers.push(handler);
  }

  async request(
    peer: string,
    topic: string,
    body: Uint8Array,
    timeoutMs: number = LIMITS.requestTimeoutMs,
  ): Promise<Uint8Array> {
    if (this.#closed) throw fault(ErrorCode.SHUTTING_DOWN);
    check(topic, body, LIMITS.requestBytesMax);
    const state = this.#state(peer);
    const viaControl = this.#control!.has(peer) && state !== "up";
    if (state === "down" && !viaControl) {
      throw fault(ErrorCode.PEER_UNREACHABLE, { peer });
    }
    const plane = viaControl ? this.#control! : this.#data!.service;
    try {
      return await plane.request(peer, topic, body, timeoutMs);
    } catch (thrown) {
      if (this.#closed) throw fault(ErrorCode.SHUTTING_DOWN);
      if (thrown instanceof RustoriumError) throw thrown;
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      throw fault(ErrorCode.PEER_UNREACHABLE, { peer, reason });
    }
  }

  /** Who is connected, by which planes, with what traffic. */
  async peerInfo(): Promise<PeerLinks[]> {
    if (this.#closed) return [];
    return peerInfo(this.#control!.peers(), await this.#data!.service.peers());
  }

  /** All that goes over the network, and what became of the rest. */
  async metrics(): Promise<NetworkMetrics> {
    return (await this.#look()).metrics;
  }

  /** The same, and who is connected at that moment. */
  report(): Promise<NetworkReport<PeerLinks>> {
    return this.#look();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** A record that the data plane may dial by. */
  onRecord(signed: Uint8Array): void {
    this.#data!.service.know(signed).catch((error) =>
      this.#log.debug("record not taken by the data plane", { error })
    );
  }

  onMessaged(
    way: Way,
    from: string,
    channel: string,
    body: Uint8Array,
  ): void {
    if (this.#closed) return;
    if (classOf(channel) < 2 && !this.#seen.isNew(way, channel, body)) {
      this.#drops.duplicate++;
      return;
    }
    for (const handler of this.#messageHandlers) {
      try {
        handler(from, channel, body);
      } catch (error) {
        this.#drops.unhandled++;
        this.#log.warn("message not handled", { from, channel, error });
      }
    }
  }

  /** What becomes of a message that a peer passed on. */
  judge(channel: string, body: Uint8Array): Verdict {
    return this.#judges.get(channel)?.(body) ?? "ignore";
  }

  async onAsked(
    from: string,
    topic: string,
    body: Uint8Array,
  ): Promise<Uint8Array> {
    const handler = this.#requestHandlers.get(topic);
    if (!handler) throw new Error(`no such topic: ${topic}`);
    return await handler(from, body);
  }

  /** Tells of the connected peers, if they are others than before. */
  onChange(): void {
    const peers = this.peers();
    const known = peers.toSorted().join();
    if (known === this.#told || this.#closed) return;
    this.#told = known;
    this.#control?.tellPeers(peers);
    for (const handler of this.#peersHandlers) handler(peers);
  }

  #onData(item: Incoming, { service }: DataWorker): void {
    if (item.kind === "message") {
      return this.onMessaged("data", item.from, item.channel, item.body);
    }
    this.onAsked(item.from, item.topic, item.body).then(
      (body) => service.answer(item.id, body),
      (thrown) => service.refuse(item.id, String(thrown?.message ?? thrown)),
    );
  }

  #state(peer: string): DataPeerInfo["state"] {
    return this.#states.get(peer) ?? "down";
  }

  /** Gives the frame that it is sent in. */
  #transmit(
    peers: readonly string[],
    channel: string,
    message: Uint8Array,
  ): Uint8Array | undefined {
    if (this.#closed) return undefined;
    check(channel, message, LIMITS.messageBytesMax);
    const of = classOf(channel);
    const frame = namedFrame(channel, message);
    const to = peers.filter((peer) => this.#state(peer) !== "down");
    if (to.length > 0) this.#data!.send({ to, of, frame });
    for (const peer of peers) {
      const state = this.#state(peer);
      const isUrgent = of === 0 && state === "slow";
      if (state === "down" || isUrgent) this.#control!.send(peer, of, frame);
    }
    return frame;
  }

  async #look(): Promise<NetworkReport<PeerLinks>> {
    if (this.#closed) throw fault(ErrorCode.SHUTTING_DOWN);
    const data = await this.#data!.service.totals();
    const control = this.#control!.totals();
    const peers = peerInfo(this.#control!.peers(), data.peers);
    const lost = data.peers.filter(({ state }) => state === "down");
    const { waiting, dropped } = this.#data!.crossing();
    const metrics = networkMetrics(peers.map(({ metrics }) => metrics), {
      past: [control.past, data.past, ...lost],
      queued: { crossing: waiting, inbox: data.inbox },
      drops: added<Record<string, number>>([
        this.#drops,
        control.drops,
        data.drops,
        { crossing: dropped },
      ]),
      dials: { control: control.dials, data: data.dials },
    });
    return { metrics, peers };
  }

  async #close(): Promise<void> {
    try {
      await this.#control?.stop();
    } finally {
      await this.#data?.stop();
    }
  }
}

function check(name: string, body: Uint8Array, bytesMax: number): void {
  if (!isName(name)) throw new TypeError(`not a channel or topic: ${name}`);
  const bytes = body.length + LIMITS.nameBytesMax + 1;
  if (bytes > bytesMax) {
    throw new RangeError(
      `${name} of ${body.length} bytes is too large to send`,
    );
  }
}
