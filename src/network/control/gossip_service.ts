import { type GossipSub, gossipsub, StrictNoSign } from "@libp2p/gossipsub";
import { createTopicScoreParams } from "@libp2p/gossipsub/score";
import { sha256 } from "../../platform/mod.ts";
import { LIMITS } from "../limits.ts";

/** What one message costs whoever passed it on though it was worthless; the score recovers within minutes. */
const INVALID_WEIGHT = -100;
const INVALID_DECAY = 0.9;
/** Items of each kind in one packet of a peer. */
const ITEMS_MAX = 512;

/**
 * Gossipsub for one topic. Messages have no signature of the network's: those
 * that matter are signed by validators. What was seen is forgotten before
 * validators repeat themselves, so that repetitions pass.
 */
export function gossipService(
  topic: string,
): (components: Parameters<ReturnType<typeof gossipsub>>[0]) => GossipSub {
  return gossipsub({
    globalSignaturePolicy: StrictNoSign,
    fallbackToFloodsub: false,
    allowedTopics: [topic],
    // What went to nobody must not count as seen: its repetition would go nowhere.
    allowPublishToZeroTopicPeers: false,
    ignoreDuplicatePublishError: true,
    batchPublish: true,
    tagMeshPeers: false,
    msgIdFn: ({ data }) => sha256(data).subarray(0, 20),
    seenTTL: LIMITS.seenMs,
    maxInboundDataLength: LIMITS.gossipBytesMax,
    maxOutboundBufferSize: LIMITS.gossipOutboxBytesMax,
    maxTopicBytesPerPeer: 16 * 1024,
    decodeRpcLimits: {
      maxSubscriptions: 16,
      maxMessages: ITEMS_MAX,
      maxIhaveMessageIDs: ITEMS_MAX,
      maxIwantMessageIDs: ITEMS_MAX,
      maxIdontwantMessageIDs: ITEMS_MAX,
      maxControlMessages: ITEMS_MAX,
      maxPeerInfos: 0,
    },
    scoreParams: {
      // Several nodes may share an address.
      IPColocationFactorWeight: 0,
      topics: {
        [topic]: createTopicScoreParams({
          topicWeight: 1,
          timeInMeshWeight: 0,
          firstMessageDeliveriesWeight: 0,
          meshMessageDeliveriesWeight: 0,
          meshFailurePenaltyWeight: 0,
          invalidMessageDeliveriesWeight: INVALID_WEIGHT,
          invalidMessageDeliveriesDecay: INVALID_DECAY,
        }),
      },
    },
  });
}
