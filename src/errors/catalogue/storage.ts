import type { CataloguePart } from "./types.ts";

/** 8xx: the home directory and what is stored in it. */
export const storageErrors = {
  HOME_OTHER_CHAIN: {
    sentence:
      "The home directory holds the data of another chain; choose another --home.",
    remedy:
      "Keep one home for each chain. To start a new dev chain in the same place, use `dev --reset`, which deletes the old one.",
    sentenceJa:
      "ホームディレクトリには別のチェーンのデータがあります。別の --home を選んでください。",
    remedyJa:
      "チェーンごとにホームを分けてください。同じ場所で新しい開発用チェーンを始めるには `dev --reset` を使います（古いデータは消えます）。",
  },
  HOME_NEWER_FORMAT: {
    sentence:
      "The data were written by a newer version of the node; update this one.",
    remedy:
      "Data are migrated forward only. Use the version that wrote them, or a newer one.",
    sentenceJa:
      "データはより新しい版のノードが書いたものです。このノードを更新してください。",
    remedyJa:
      "データの移行は新しい版への一方向です。書き込んだ版以上のものを使ってください。",
  },
  HOME_IN_USE: {
    sentence:
      "Another process uses this home directory; stop it or choose another --home.",
    remedy:
      "Two nodes on one home could sign two different blocks. The lock goes away with the process that holds it.",
    sentenceJa:
      "このホームディレクトリは別のプロセスが使用中です。止めるか、別の --home を選んでください。",
    remedyJa:
      "2 つのノードが同じホームを使うと、異なる 2 つのブロックに署名しかねません。ロックは保持するプロセスとともに消えます。",
  },
  HOME_MISSING: {
    sentence:
      "There is no chain in that home directory; make one with `init` or `dev`.",
    remedy:
      "Check the path given with --home. A home holds config.toml, genesis.json and validator.key.",
    sentenceJa:
      "そのホームディレクトリにチェーンがありません。`init` または `dev` で作ってください。",
    remedyJa:
      "--home のパスを確かめてください。ホームには config.toml、genesis.json、validator.key があります。",
  },
  STORAGE_FAULT: {
    sentence:
      "The storage failed; check the disk and its permissions, then start the node again.",
    remedy:
      "Nothing that was acknowledged is lost: what was not finished is done again at the next start.",
    sentenceJa:
      "ストレージで障害が起きました。ディスクと権限を確かめ、ノードを再起動してください。",
    remedyJa:
      "応答済みのものは失われません。途中だった処理は次の起動時にやり直されます。",
  },
  STORAGE_CORRUPT: {
    sentence:
      "Stored data do not match their hash; restore a backup or synchronise again.",
    remedy:
      "Run `replay` to see the height. Check the disk before you use it again.",
    sentenceJa:
      "保存データがハッシュと一致しません。バックアップから復元するか、同期し直してください。",
    remedyJa:
      "`replay` で高さを確かめられます。再び使う前にディスクを調べてください。",
  },
  DISK_FULL: {
    sentence:
      "The disk is full or the node's disk limit is reached; free space or raise the limit.",
    remedy:
      "The limit is [storage] disk_bytes_max. The node goes on where it stopped once there is space.",
    sentenceJa:
      "ディスクに空きがないか、ノードの上限に達しました。空きを作るか、上限を上げてください。",
    remedyJa:
      "上限は [storage] disk_bytes_max です。空きができれば、ノードは止まったところから続けます。",
  },
  REPLAY_MISMATCH: {
    sentence:
      "Executing the blocks again gave another result than the chain certified; do not use this node.",
    remedy:
      "Restore a backup or synchronise again, and please report the height and both hashes.",
    sentenceJa:
      "ブロックの再実行結果が、チェーンが認証したものと異なります。このノードを使わないでください。",
    remedyJa:
      "バックアップから復元するか、同期し直してください。高さと両方のハッシュを報告してください。",
  },
} satisfies CataloguePart;
