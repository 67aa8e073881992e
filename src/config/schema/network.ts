import { z } from "zod";
import { choice, GIB, integer, MIB } from "./field.ts";

const quic = z.strictObject({
  max_concurrent_streams: integer(
    [1, 65_535],
    100,
    "Streams that a peer may keep open at once.",
    "1 つのピアが同時に開けるストリームの数。",
  ),
  initial_rtt_ms: integer(
    [1, 10_000],
    100,
    "First guess of the round-trip time, until the first ping is answered: only for how much the data plane lets a peer send ahead. The platform's QUIC has no such setting.",
    "最初の ping に応答があるまでの往復時間の見積もり。データプレーンがピアに先送りを許す量にのみ使います（実行環境の QUIC に該当する設定はありません）。",
  ),
  max_stream_data: integer(
    [1024, GIB],
    MIB,
    "Flow-control window of one libp2p stream, in bytes; on the data plane, what a peer may send ahead of each class at most. The platform's QUIC has its own bound of 1.25 MB for a stream there.",
    "libp2p の 1 ストリームのフロー制御ウィンドウ（バイト）。データプレーンでは、ピアがクラスごとに先送りできる最大量。そこではストリームごとに実行環境の QUIC の上限 1.25 MB もあります。",
  ),
  max_data: integer(
    [1024, 16 * GIB],
    10 * MIB,
    "Flow-control window of one libp2p connection, in bytes; on the data plane, a third of it is the most for each class. At least max_stream_data.",
    "libp2p の 1 接続のフロー制御ウィンドウ（バイト）。データプレーンでは、その 3 分の 1 が各クラスの上限です。max_stream_data 以上。",
  ),
  congestion: choice(
    ["cubic", "bbr"],
    "bbr",
    "Congestion control of votes and blocks: bbr is far better on lossy lines, cubic takes half the CPU. libp2p has cubic only.",
    "投票とブロックの輻輳制御。bbr は損失のある回線に強く、cubic は CPU 使用量が半分です。libp2p は cubic のみです。",
  ),
});

const limits = z.strictObject({
  connections_per_address: integer(
    [1, 10_000],
    8,
    "Connections at once from one address (of IPv6 a /64), on each plane; a /24 (/48) has four times as many, a /16 (/32) sixteen times.",
    "各プレーンで 1 つのアドレス（IPv6 では /64）が同時に張れる接続の数。/24（/48）はその 4 倍、/16（/32）は 16 倍。",
  ),
  handshakes_per_minute: integer(
    [1, 100_000],
    60,
    "New connections a minute from one address, half of them at once; a /24 (/48) has four times as many, a /16 (/32) sixteen times.",
    "1 つのアドレスからの 1 分あたりの新しい接続の数（一度にはその半分まで）。/24（/48）はその 4 倍、/16（/32）は 16 倍。",
  ),
  block_ms: integer(
    [100, 600_000],
    10_000,
    "How long an address or a /24 that breaks these bounds again and again is not heard; twice as long each time, ten minutes at most.",
    "この制限を繰り返し破るアドレスや /24 からの接続を受け付けない時間。そのたびに 2 倍、最長 10 分。",
  ),
  messages_per_second: integer(
    [1, 1_000_000],
    2_000,
    "Messages of each class (votes, announcements, bulk) that are read from one peer.",
    "1 つのピアから読むメッセージの数（投票、告知、大きなデータの各クラスごと）。",
  ),
  bytes_per_second: integer(
    [64 * 1024, 16 * GIB],
    64 * MIB,
    "Bytes of bulk that are read from one peer; a fourth of it for votes, for announcements, and for each libp2p connection.",
    "1 つのピアから読む大きなデータのバイト数。投票、告知、libp2p の各接続はそれぞれその 4 分の 1。",
  ),
  requests_per_second: integer(
    [1, 1_000_000],
    500,
    "Questions of one peer that are answered, and libp2p streams that it opens.",
    "1 つのピアの質問に答える数と、そのピアが開く libp2p ストリームの数。",
  ),
  requests_at_once: integer(
    [1, 65_535],
    64,
    "Questions of one peer that wait for their answer at once; more are refused.",
    "1 つのピアの、同時に回答を待てる質問の数。超えたものは断ります。",
  ),
  memory_per_peer: integer(
    [20 * MIB, 16 * GIB],
    32 * MIB,
    "Bytes of questions and unread answers that are held for one peer; more are refused.",
    "1 つのピアのために保持する、質問と未読の回答のバイト数。超えたものは断ります。",
  ),
}).meta({
  description:
    "What one address or peer may do, so that a flood harms nobody else. Validators, persistent and private peers have eight times the rates and no bounds by address; addresses of this machine and of private networks have none either, unless local_groups counts them.",
  descriptionJa:
    "1 つのアドレスやピアに許す量。大量の送信がほかに影響しないようにします。検証者、永続ピア、非公開ピアの速度は 8 倍で、アドレスによる制限はありません。このマシンやプライベートネットワークのアドレスも、local_groups が数える場合を除き対象外です。",
});

/** `[network]`, `[network.quic]` and `[network.limits]`: peers. */
export const network = z.strictObject({
  max_peers: integer(
    [1, 10_000],
    50,
    "Peers connected at once.",
    "同時に接続するピアの数。",
  ),
  target_outbound: integer(
    [0, 10_000],
    8,
    "libp2p connections that the node opens by itself besides those to the bootstrap peers. At most max_peers.",
    "ブートストラップのピアのほかに、ノードが自分から張る libp2p 接続の数。max_peers 以下。",
  ),
  validator_slots: integer(
    [0, 10_000],
    10,
    "Of max_peers, places for validators: strangers who dial this node have them for ten seconds only. Half of max_peers at most; a validator is never displaced by a stranger.",
    "max_peers のうち検証者のための枠。接続してきた無関係なピアが使えるのは 10 秒間だけです。最大で max_peers の半分。検証者が無関係なピアに押し出されることはありません。",
  ),
  outbound_per_group: integer(
    [0, 10_000],
    2,
    "Of target_outbound, connections to one address group (a /16 of IPv4, a /32 of IPv6), so that nobody surrounds the node from one network; 0: any number.",
    "target_outbound のうち、1 つのアドレスグループ（IPv4 の /16、IPv6 の /32）への接続の上限。1 つのネットワークからノードを囲い込めないようにします。0 は無制限。",
  ),
  local_groups: choice(
    ["exempt", "counted"],
    "exempt",
    "Whether addresses of this machine and of private networks belong to such groups too.",
    "このマシンやプライベートネットワークのアドレスにもアドレスグループの制限を当てはめるか。",
  ),
  handshake_timeout_ms: integer(
    [100, 60_000],
    5_000,
    "How long a connection may take to be established.",
    "接続確立の制限時間。",
  ),
  idle_timeout_ms: integer(
    [1_000, 600_000],
    30_000,
    "A connection on which nothing is heard for this long is closed.",
    "この時間なにも受信しない接続は閉じます。",
  ),
  keep_alive_interval_ms: integer(
    [100, 600_000],
    10_000,
    "How often a quiet connection is kept alive. Less than idle_timeout_ms.",
    "静かな接続を維持する間隔。idle_timeout_ms 未満。",
  ),
  quic: quic.prefault({}),
  limits: limits.prefault({}),
}).meta({
  description: "Connections to peers.",
  descriptionJa: "ピアとの接続。",
});
