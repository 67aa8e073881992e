/** Every bound of the network. Each queue says what it drops. */

const KIB = 1024;
const MIB = 1024 * KIB;

export const LIMITS = {
  /** A message with its channel's name. */
  messageBytesMax: 2 * MIB + KIB,
  /** What a request carries. */
  requestBytesMax: 2 * MIB + KIB,
  answerBytesMax: 16 * MIB,
  /** A hello or a step of the authentication. */
  helloBytesMax: 128 * KIB,
  recordBytesMax: 2 * KIB,
  recordAddressesMax: 8,
  addressCharsMax: 128,
  /** A channel's or topic's name. */
  nameBytesMax: 32,
  /** Records of other nodes in one hello. */
  helloRecordsMax: 50,
  /** A record may be this much ahead of the own clock. */
  recordAheadMsMax: 3_600_000,
  /** What waits to be sent to one peer, by class; the oldest goes first, of class 2 the newest. */
  outboxBytesMax: [4 * MIB, 2 * MIB, 32 * MIB],
  /** What was sent to one peer and not yet acknowledged, by class, over all paths; more waits. */
  flightBytesMax: [4 * MIB, 4 * MIB, 8 * MIB],
  /** What a peer may send of each class before it hears how much is taken, and the least that is granted at once; a frame that is begun may be ended. */
  windowBytesMin: [64 * KIB, 64 * KIB, 256 * KIB],
  /** Tickets of peers that were authenticated, given and held; the oldest is forgotten. */
  ticketsMax: 1_024,
  ticketMs: 3_600_000,
  /** What waits to be handed to the data plane's thread, by class. */
  crossingOutboxBytesMax: [8 * MIB, 4 * MIB, 64 * MIB],
  /** What one crossing between threads carries. */
  crossingBytesMax: 4 * MIB,
  /** Frames that are written to a stream at once. */
  writeBytesMax: 64 * KIB,
  /** Read from a data stream at once. */
  readBytesMax: 64 * KIB,
  /** Read from a control stream ahead of its reader. */
  readAheadBytesMax: 256 * KIB,
  /** Questions that wait for the node's answer at once, from all peers. */
  requestsMax: 1_024,
  /** Answers on their way, to all peers; then questions are refused. */
  answersBytesMax: 128 * MIB,
  /** Of these, on one connection of the data plane at a time; small ones do not wait. Half of what QUIC buffers for a connection. */
  answersSendingBytesMax: 4 * MIB,
  smallAnswerBytesMax: 16 * KIB,
  /** An answer that is not read within this time is taken back. */
  answerReadMsMax: 30_000,
  /** Sent on the control plane and not yet acknowledged by the reader. */
  creditBytes: 4 * MIB,
  /** The reader acknowledges after so many bytes. */
  creditStepBytes: 256 * KIB,
  /** A request without a time of its own. */
  requestTimeoutMs: 5_000,
  /** Pause after the first failed dial; doubles up to the other, with jitter. */
  redialMsMin: 250,
  redialMsMax: 10_000,
  /** A connection that ends sooner counts as a failed dial. */
  stableMs: 5_000,
  /** Between two dials of a node, however often it says how it is reached. */
  dialEveryMs: 500,
  /** Between two looks at who may be dialled next. */
  fillMsMin: 50,
  /** The side with the higher id waits this long for the other's dial. */
  yieldMs: 2_000,
  /** Round trips on the data plane are measured this often; later than `pongMsMax`, votes take both planes. */
  pingMs: 1_000,
  pongMsMax: 1_500,
  /** A peer that answers no ping for so long is given up, and dialled again. */
  silenceMsMax: 4_000,
  /** Peers that are known, connected or not. */
  knownPeersMax: 1_000,
  /** Records that are saved for the next start, those of connected peers first. */
  savedPeersMax: 200,
  /** Known peers of one address group that is not local, and those that one peer told of; more displace these. */
  knownPeersOfGroupMax: 32,
  knownPeersOfSourceMax: 250,
  /** Nodes that were found by the Kademlia table or on the local network, and not met yet. */
  heardPeersMax: 200,
  /** Peers whose deeds are remembered, connected or not. */
  scoredPeersMax: 2_000,
  bansMax: 1_000,
  /** Peers that are remembered as those of validators. */
  provenValidatorsMax: 1_024,
  /** The last good peers that were dialled; they are dialled first after a restart. */
  anchorsMax: 8,
  /** A score below this is a ban. */
  banScore: -60,
  /** A stranger may have a validator's place for so long. */
  probationMs: 10_000,
  /** Who had to make room is refused for so long. */
  displacedMs: 60_000,
  displacedMax: 1_000,
  /** Scores, places and certificates are looked at this often. */
  reviewMs: 5_000,
  /** What is new is saved after this time. */
  saveMs: 1_000,
  /** Peers of a peer that it tells of. */
  neighboursMax: 1_024,
  /** libp2p has this long to end; then the node ends without it. */
  stopMsMax: 5_000,
  /** Looking up a name. */
  resolveMsMax: 5_000,
  /** Addresses behind one name. */
  resolvedMax: 16,
  /** Addresses and networks whose connections and mistakes are counted; of more the one that was quiet longest is forgotten. */
  guardedNamesMax: 16_384,
  /** Addresses and subnets that are not heard for a while, and for how long at most. */
  blocksMax: 1_024,
  blockMsMax: 600_000,
  /** Handshakes and authentications of the data plane that are under way at once; of more the longest in the largest subnet is given up. */
  halfOpenMax: 256,
  /** Handshakes that the data plane begins in a second; of more the first datagram is ignored, and comes again. */
  handshakesPerSecond: 500,
  /** Connections besides those of peers: whoever dials, identifies and pings. Of more the longest of the largest subnet is ended. */
  guestsMax: 64,
  /** Connections of one peer on one plane. */
  connectionsOfPeerMax: 8,
  /** Hosts of a peer that the data plane dials, the first ones of its record. */
  hostsDialledMax: 4,
  /** Between the first dials of a peer's hosts. */
  hostAfterMs: 500,
  /** The longest pause before a host is dialled again while the peer is connected by another. */
  hostRedialMsMax: 60_000,
  /** Paths that a vote takes at once, the nearest of more. */
  urgentPathsMax: 4,
  /** Who sends faster than its share for so long without a break floods. */
  floodMs: 3_000,
  /** A message that passes from node to node. */
  gossipBytesMax: MIB,
  /** What waits to be passed on to one peer; then it misses messages. */
  gossipOutboxBytesMax: 8 * MIB,
  /** A message that comes once more within this time, by another way, is not heard again. Less than validators wait before they repeat themselves. */
  seenMs: 4_000,
  /** Messages that are remembered for it; the oldest is forgotten. */
  seenMax: 8_192,
} as const;
