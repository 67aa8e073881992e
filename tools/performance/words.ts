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
  nothing: "まだ測っていません。",
};
