/** What waits in a queue now. */
export interface Waiting {
  messages: number;
  bytes: number;
}

/** What became of attempts to connect, since the node's start. */
export interface DialOutcomes {
  answered: number;
  /** By the other side, or by what this node knows of it. */
  refused: number;
  /** A node of another chain answered. */
  foreign: number;
  late: number;
  unreachable: number;
}

/** What a plane counts of a peer. */
export interface Counts {
  sentBytes: number;
  receivedBytes: number;
  /** Packets of a connection, and those of them that were lost, where its QUIC tells: libp2p's does, that of the data plane does not. */
  packets?: { sent: number; lost: number };
  /** Messages that were not sent, by reason. */
  drops: Readonly<Record<string, number>>;
}

/** The same, and how things are now. */
export interface PlaneTraffic extends Counts {
  connections: number;
  rttMs?: number;
  /** Open streams, by class or protocol. */
  streams: Readonly<Record<string, number>>;
  /** What waits to be sent, by class. */
  queued: Readonly<Record<string, Waiting>>;
}

/** What goes over the connections to a peer, of both planes. */
export interface PeerMetrics {
  activeConnections: number;
  bytesSent: number;
  bytesReceived: number;
  /** Absent until it was measured. */
  rttMs?: number;
  /** See {@linkcode Counts}. */
  packets?: { sent: number; lost: number };
  streams: Record<string, number>;
  queued: Record<string, Waiting>;
  drops: Record<string, number>;
}

/**
 * What goes over a node's network. Bytes, packets, drops and dials are counted
 * since its start, also those of peers that are gone; the round trip is the
 * mean of all peers; the rest is how it is now.
 */
export interface NetworkMetrics extends PeerMetrics {
  dials: { control: DialOutcomes; data: DialOutcomes };
}

/** Nothing so far. */
export const NO_COUNTS: Counts = { sentBytes: 0, receivedBytes: 0, drops: {} };

/** Counts of two, e.g. of those that are gone and of one that goes. */
export function plus(one: Counts, other: Counts): Counts {
  const packets = [one, other].flatMap((each) => each.packets ?? []);
  return {
    sentBytes: one.sentBytes + other.sentBytes,
    receivedBytes: one.receivedBytes + other.receivedBytes,
    ...(packets.length > 0 && { packets: added(packets) }),
    drops: added<Record<string, number>>([one.drops, other.drops]),
  };
}

/** A peer, by what its planes tell of it; the round trip is that of the first that measured one. */
export function peerMetrics(planes: readonly PlaneTraffic[]): PeerMetrics {
  const { sentBytes, receivedBytes, drops, packets } = planes.reduce<Counts>(
    plus,
    NO_COUNTS,
  );
  const rttMs = planes.find((plane) => plane.rttMs !== undefined)?.rttMs;
  return {
    activeConnections: planes.reduce((sum, one) => sum + one.connections, 0),
    bytesSent: sentBytes,
    bytesReceived: receivedBytes,
    ...(rttMs !== undefined && { rttMs }),
    ...(packets && { packets }),
    streams: added(planes.map(({ streams }) => streams)),
    queued: joined(planes.map(({ queued }) => queued)),
    drops,
  };
}

/** What is known of a network besides its peers. */
export interface Besides {
  /** Of those that are gone. */
  past: readonly Counts[];
  /** What waits elsewhere than for a peer. */
  queued: Record<string, Waiting>;
  /** What was dropped elsewhere. */
  drops: Record<string, number>;
  dials: NetworkMetrics["dials"];
}

/** All peers together, with what is known besides. */
export function networkMetrics(
  peers: readonly PeerMetrics[],
  { past, queued, drops, dials }: Besides,
): NetworkMetrics {
  const gone = past.reduce(plus, NO_COUNTS);
  const sum = (of: (peer: PeerMetrics) => number) =>
    peers.reduce((total, peer) => total + of(peer), 0);
  const rtts = peers.flatMap(({ rttMs }) => rttMs ?? []);
  const packets = [...peers, gone].flatMap((one) => one.packets ?? []);
  return {
    activeConnections: sum((peer) => peer.activeConnections),
    bytesSent: gone.sentBytes + sum((peer) => peer.bytesSent),
    bytesReceived: gone.receivedBytes + sum((peer) => peer.bytesReceived),
    ...(rtts.length > 0 && {
      rttMs: rtts.reduce((total, rtt) => total + rtt) / rtts.length,
    }),
    ...(packets.length > 0 && { packets: added(packets) }),
    streams: added(peers.map(({ streams }) => streams)),
    queued: joined([...peers.map((peer) => peer.queued), queued]),
    drops: added<Record<string, number>>([
      ...peers.map((peer) => peer.drops),
      gone.drops,
      drops,
    ]),
    dials,
  };
}

/** Numbers of the same name together. */
export function added<T extends Readonly<Record<keyof T, number>>>(
  parts: readonly T[],
): T {
  const sum: Record<string, number> = {};
  for (const part of parts) {
    for (const [name, count] of Object.entries(part) as [string, number][]) {
      sum[name] = (sum[name] ?? 0) + count;
    }
  }
  return sum as T;
}

function joined(
  parts: readonly Readonly<Record<string, Waiting>>[],
): Record<string, Waiting> {
  const all: Record<string, Waiting> = {};
  for (const part of parts) {
    for (const [name, { messages, bytes }] of Object.entries(part)) {
      const sum = all[name] ??= { messages: 0, bytes: 0 };
      sum.messages += messages;
      sum.bytes += bytes;
    }
  }
  return all;
}
