import type { CataloguePart } from "./types.ts";

/** 10xx: other nodes. */
export const networkErrors = {
  PEER_UNREACHABLE: {
    sentence: "That peer is not connected; the node tries to reach it again.",
    remedy:
      "Check with `rustorium peers` that the other node runs, and that its UDP ports can be reached from here.",
    sentenceJa: "そのピアには接続していません。ノードは再接続を試みます。",
    remedyJa:
      "相手のノードが動いているか、その UDP ポートに届くかを `rustorium peers` で確かめてください。",
  },
  PEER_TIMEOUT: {
    sentence: "The peer did not answer in time; another one is asked.",
    remedy:
      "A slow or overloaded peer causes this. If it stays, look at the line between the nodes and at [network] in config.toml.",
    sentenceJa: "ピアが時間内に応答しませんでした。別のピアに問い合わせます。",
    remedyJa:
      "ピアが遅いか過負荷のときに起きます。続くときはノード間の回線と config.toml の [network] を確かめてください。",
  },
  PEER_REFUSED: {
    sentence:
      "The peer refused; the detail says why, and another one may answer.",
    remedy:
      "The other node may lack what was asked for, be busy, or have no room for another peer.",
    sentenceJa:
      "ピアに拒否されました。理由は詳細にあります。別のピアなら応答するかもしれません。",
    remedyJa:
      "相手が求めたものを持っていない、混んでいる、またはピアの上限に達している可能性があります。",
  },
  PEER_OTHER_CHAIN: {
    sentence:
      "The peer belongs to another chain; correct the list of bootstrap peers.",
    remedy:
      "All nodes of a chain start from the same genesis: compare its hash in `status`, and [p2p] bootstrap in config.toml.",
    sentenceJa:
      "そのピアは別のチェーンのものです。ブートストラップの一覧を直してください。",
    remedyJa:
      "同じチェーンのノードは同じジェネシスから始まります。`status` のハッシュと config.toml の [p2p] bootstrap を確かめてください。",
  },
} satisfies CataloguePart;
