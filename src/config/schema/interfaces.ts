import { z } from "zod";
import { choice, integer, MIB, PORT, text, texts } from "./field.ts";

/** `[rpc]`: the API and the page. */
export const rpc = z.strictObject({
  host: text(
    "127.0.0.1",
    "Address to listen on. 0.0.0.0 opens the API to other machines.",
    "待ち受けるアドレス。0.0.0.0 にすると他のマシンからも使えます。",
  ),
  port: integer(
    PORT,
    26_657,
    "TCP port; 0 takes a free one.",
    "TCP ポート。0 は空きポート。",
  ),
  body_bytes_max: integer(
    [1024, 64 * MIB],
    4 * MIB,
    "Largest binary submission, in bytes. JSON is limited to 1 MiB or this, whichever is less.",
    "バイナリでの一括送信の上限（バイト）。JSON は 1 MiB とこの値の小さいほうまで。",
  ),
  connections_max: integer(
    [1, 100_000],
    1_000,
    "WebSocket connections at once.",
    "同時の WebSocket 接続数。",
  ),
  subscriptions_max: integer(
    [1, 1_000],
    8,
    "Subscriptions of one WebSocket connection.",
    "1 つの WebSocket 接続あたりの購読数。",
  ),
  requests_max: integer(
    [1, 100_000],
    2_048,
    "HTTP requests answered at once; more are told to come back (RPC_BUSY).",
    "同時に処理するリクエスト数。超えた分には RPC_BUSY を返します。",
  ),
  submissions_max: integer(
    [1, 10_000],
    10_000,
    "Transactions in one binary submission.",
    "バイナリでの一括送信 1 回あたりのトランザクション数。",
  ),
  hosts: texts(
    "Names by which browsers may reach the API besides those of this machine.",
    "このマシンの名前のほかに、ブラウザーが API に使ってよいホスト名。",
  ),
  cors_origins: texts(
    'Origins of other sites whose pages may call the API, e.g. "https://example.org"; "*" for all.',
    'API を呼び出してよい他サイトのオリジン（例："https://example.org"）。"*" はすべて。',
  ),
}).meta({
  description:
    "JSON-RPC over HTTP and WebSocket, binary submission, and the page at /.",
  descriptionJa: "HTTP と WebSocket の JSON-RPC、バイナリ送信、/ のページ。",
});

/** `[p2p]`: where peers reach this node. */
export const p2p = z.strictObject({
  host: text(
    "0.0.0.0",
    "Address to listen on; :: for IPv4 and IPv6.",
    "待ち受けるアドレス。:: は IPv4 と IPv6 の両方。",
  ),
  port: integer(
    PORT,
    26_656,
    "UDP port of libp2p, where peers find and identify each other; 0 takes a free one.",
    "libp2p の UDP ポート。ピアはここで互いを見つけて確認します。0 は空きポート。",
  ),
  data_port: integer(
    PORT,
    0,
    "UDP port for votes and blocks; peers learn it from libp2p. 0 takes a free one: fix it where a firewall must know it.",
    "投票とブロックの UDP ポート。ピアは libp2p を通じて知ります。0 は空きポート。ファイアウォールで開ける場合は固定してください。",
  ),
  bootstrap: texts(
    "Peers to begin with, e.g. /ip4/203.0.113.7/udp/26656/quic-v1/p2p/12D3KooW… or /dns4/node.example.org/udp/26656/quic-v1, or /dnsaddr/example.org for its TXT records; they tell of the others, which are remembered.",
    "最初に接続するピア（例：/ip4/203.0.113.7/udp/26656/quic-v1/p2p/12D3KooW…、/dns4/node.example.org/udp/26656/quic-v1、TXT レコードを使う /dnsaddr/example.org）。他のピアはそこから分かり、次の起動のために保存されます。",
  ),
  allow: texts(
    "Ids of the only peers to connect with, e.g. 12D3KooW…, for a validator behind nodes of its own; none: any.",
    "接続を許すピアの ID（例：12D3KooW…）。自前のノードの内側にバリデーターを置くときに使います。空ならすべて。",
  ),
  persistent_peers: texts(
    "Peers that the node is always to be connected with, as in bootstrap, with their ids: they have a place of their own and are not banned.",
    "常に接続を保つピア（書き方は bootstrap と同じで、ID が必要）。専用の枠を持ち、禁止されません。",
  ),
  connect: choice(
    ["any", "persistent"],
    "any",
    "persistent: with the persistent_peers and nobody else, for a validator behind sentry nodes of its own.",
    "persistent にすると persistent_peers とだけ接続します。自前のセントリーノードの内側に検証者を置くときに使います。",
  ),
  private_peers: texts(
    "Ids of peers that nobody else is told of: on a sentry node, the validator behind it. They have a place of their own and are not banned.",
    "ほかに知らせないピアの ID。セントリーノードでは、その内側の検証者です。専用の枠を持ち、禁止されません。",
  ),
  authorities: texts(
    "Public keys (64 hexadecimal digits) of those who certify nodes, for a permissioned network: only nodes with a certificate of theirs may be peers. None: any.",
    "ノードを証明する機関の公開鍵（16 進 64 桁）。許可制のネットワークで、その証明書を持つノードだけをピアにします。空ならすべて。",
  ),
  revoked: texts(
    "Ids of nodes whose certificates count no more.",
    "証明書を無効にしたノードの ID。",
  ),
  kad_dht: choice(
    ["off", "on"],
    "off",
    "Whether nodes are looked for in a Kademlia table that the chain's nodes share, besides what peers tell.",
    "ピアから知らされるほかに、チェーンのノードが共有する Kademlia の表でもノードを探すか。",
  ),
  mdns: choice(
    ["off", "on"],
    "off",
    "Whether nodes of the local network are looked for, and this one is shown there, by multicast DNS.",
    "マルチキャスト DNS でローカルネットワークのノードを探し、自分も知らせるか。",
  ),
  announce: texts(
    "Addresses to tell peers instead of the own ones, e.g. /ip4/203.0.113.7/udp/26656/quic-v1: behind a port forwarding, or to choose by which of several paths peers come.",
    "自分のものの代わりにピアに伝えるアドレス（例：/ip4/203.0.113.7/udp/26656/quic-v1）。ポート転送の内側にあるとき、またはピアが使う経路を選ぶときに使います。",
  ),
  announce_data_port: integer(
    PORT,
    0,
    "The data_port to tell peers where it is forwarded from another one; 0: the own one.",
    "data_port が別のポートから転送されるとき、ピアに伝えるポート。0 は自分のもの。",
  ),
}).meta({
  description: "Where peers reach this node.",
  descriptionJa: "ピアがこのノードに接続する場所。",
});
