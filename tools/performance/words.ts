import type { Words } from "./tables.ts";

export const ENGLISH: Words = {
  columns: {
    ratio: "Signature checks",
    us: "µs of CPU",
    busiest: "busiest thread, µs",
    tps: "transfers a second",
    latency: "latency p50 / p95 / p99, ms",
    memory: "memory at most, MB",
    disk: "disk, bytes",
    stage: "Stage",
    transfer: "µs for one transfer",
    checks: "in signature checks",
    validators: "Validators",
    rate: "transfers a second",
    blocks: "blocks a second",
    block: "proposal to decision p50 / p95 / most, ms",
    final: "submission to final p50 / p95 / most, ms",
    rounds: "further rounds",
    uplink: "sent by a validator, mean / most, Mbit/s",
    messages: "messages of all",
    sent: "kB of a validator",
    rest: "the rest",
  },
  of: {
    validators: "Validators",
    shards: "Shards",
    accounts: "Accounts",
    senders: "Senders",
    latency: "Transfers a second asked for",
  },
  senders: ["all equally often", "Zipf"],
  settings: ({ machine, workload, runs }) =>
    `${machine.cpu}, ${machine.cores} cores, ${machine.memory_mb} MB, ${machine.system}, Deno ${machine.deno}; ${
      machine.at.slice(0, 10)
    }; ${
      runs?.count ?? 1
    } × ${workload.seconds} s; others kept ${machine.others_cores} cores busy.`,
  kinds: {
    votes: "votes",
    proposals: "proposals",
    batches: "batches",
    announcements: "announcements",
  },
  nothing: "Not measured yet.",
};

export const JAPANESE: Words = {
  columns: {
    ratio: "署名検証の倍数",
    us: "CPU µs",
    busiest: "最も忙しいスレッド µs",
    tps: "送金／秒",
    latency: "遅延 p50 / p95 / p99 ms",
    memory: "最大メモリ MB",
    disk: "ディスク バイト",
    stage: "段階",
    transfer: "送金 1 件あたり µs",
    checks: "署名検証の倍数",
    validators: "検証者",
    rate: "送金／秒",
    blocks: "ブロック／秒",
    block: "提案から決定 p50 / p95 / 最大 ms",
    final: "送信から確定 p50 / p95 / 最大 ms",
    rounds: "追加ラウンド",
    uplink: "検証者の送信 平均 / 最大 Mbit/s",
    messages: "全員のメッセージ",
    sent: "検証者 1 つの kB",
    rest: "その他",
  },
  of: {
    validators: "検証者",
    shards: "シャード",
    accounts: "アカウント",
    senders: "送り手",
    latency: "指定した送金／秒",
  },
  senders: ["均等", "Zipf"],
  settings: ({ machine, workload, runs }) =>
    `${machine.cpu}、${machine.cores} コア、${machine.memory_mb} MB、${machine.system}、Deno ${machine.deno}。${
      machine.at.slice(0, 10)
    }。${workload.seconds} 秒 × ${
      runs?.count ?? 1
    } 回。他のプロセスが使ったのは ${machine.others_cores} コア。`,
  kinds: {
    votes: "投票",
    proposals: "提案",
    batches: "バッチ",
    announcements: "保持の告知",
  },
  nothing: "まだ測っていません。",
};
