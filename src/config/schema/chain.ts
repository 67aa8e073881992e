import { z } from "zod";
import { GIB, integer, MIB } from "./field.ts";

/** `[consensus]`: pace and patience. */
export const consensus = z.strictObject({
  block_time_ms: integer(
    [1, 60_000],
    40,
    "Least time between the starts of two blocks while transactions wait.",
    "トランザクションがあるときの、ブロック開始の最短間隔。",
  ),
  empty_block_time_ms: integer(
    [1, 600_000],
    1_000,
    "Time between empty blocks when nothing happens. At least block_time_ms.",
    "何もないときの空ブロックの間隔。block_time_ms 以上。",
  ),
  propose_timeout_ms: integer(
    [1, 600_000],
    1_000,
    "How long to wait for a proposal in the first round of a height.",
    "各高さの最初のラウンドで提案を待つ時間。",
  ),
  prevote_timeout_ms: integer(
    [1, 600_000],
    500,
    "How long to wait for more prevotes once two thirds have voted without agreeing.",
    "3 分の 2 の事前投票が割れた後、残りを待つ時間。",
  ),
  precommit_timeout_ms: integer(
    [1, 600_000],
    500,
    "The same for precommits.",
    "事前コミットについて同じ。",
  ),
  timeout_growth_ms: integer(
    [0, 60_000],
    250,
    "By how much the three timeouts grow with each further round.",
    "ラウンドが進むごとに上の 3 つの時間を延ばす量。",
  ),
}).meta({
  description: "Pace of the blocks, and patience with other validators.",
  descriptionJa: "ブロックの速さと、他の検証者を待つ時間。",
});

/** `[mempool]`: what may wait. */
export const mempool = z.strictObject({
  transactions_max: integer(
    [1, 10_000_000],
    100_000,
    "Transactions waiting at once; beyond that what pays least makes room, or the new one is refused (MEMPOOL_FULL). Each shard has an equal part for its senders.",
    "待機できるトランザクション数。超えると、支払いの最も少ないものが場所を譲るか、新しいものを MEMPOOL_FULL で断ります。各シャードは等分した枠を自分の送信者に使います。",
  ),
  bytes_max: integer(
    [16 * 1024, 8 * GIB],
    64 * MIB,
    "Bytes waiting at once, in equal parts for the shards.",
    "待機できるバイト数。シャードで等分します。",
  ),
  wait_ms_max: integer(
    [1, 600_000],
    500,
    "How long what is admitted should wait at most, by the speed of the last blocks; while more waits, submissions are told when to come back (RPC_BUSY).",
    "受け付けたトランザクションが待つ時間の目安の上限。直近のブロックの速さから見積もり、超えている間の送信には再試行までの時間を添えて RPC_BUSY を返します。",
  ),
}).meta({
  description: "Transactions that wait for a block.",
  descriptionJa: "ブロックを待つトランザクション。",
});

/** `[execution]`: how many threads execute. */
export const execution = z.strictObject({
  shards: integer(
    [0, 64],
    0,
    "Threads among which accounts are divided, each checking signatures and executing for its own; results do not depend on it. 0: one less than the machine has processors, at least 1 and at most 16.",
    "アカウントを分担するスレッド数。それぞれが担当分の署名確認と実行を行い、結果は数によりません。0 はマシンのプロセッサー数より 1 少ない数（1 以上 16 以下）。",
  ),
  state_bytes_max: integer(
    [MIB, 256 * GIB],
    2 * GIB,
    "Memory for the state, in bytes, in all shards together; an account takes about 200. Accounts beyond it are read back from the disk when they are needed. What has changed since the last checkpoint always stays in memory.",
    "状態に使うメモリー（バイト、全シャードの合計）。アカウント 1 件で約 200 バイトです。これを超えるアカウントは、必要なときにディスクから読み直します。直近のチェックポイント以降に変わったものは常にメモリーに残ります。",
  ),
}).meta({
  description: "Checking of signatures and execution.",
  descriptionJa: "署名の確認と実行。",
});

/** `[storage]`: memory and disk. */
export const storage = z.strictObject({
  cache_bytes_max: integer(
    [MIB, 256 * GIB],
    128 * MIB,
    "Memory for recently read blocks and pages, in bytes.",
    "最近読んだブロックとページに使うメモリー（バイト）。",
  ),
  disk_bytes_max: integer(
    [64 * MIB, 1024 * 1024 * GIB],
    64 * GIB,
    "Disk that the node may fill, in bytes; it stops accepting blocks there (DISK_FULL).",
    "ノードが使ってよいディスク容量（バイト）。達すると DISK_FULL で受け付けを止めます。",
  ),
}).meta({
  description: "Memory and disk.",
  descriptionJa: "メモリーとディスク。",
});
