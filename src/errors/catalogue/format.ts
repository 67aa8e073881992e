import type { CataloguePart } from "./types.ts";

/** 4xx: batches, blocks, genesis and other encodings. */
export const formatErrors = {
  BATCH_MALFORMED: {
    sentence: "The batch cannot be read; ask its author for the right bytes.",
    remedy:
      "The offset table must list each slot once, ascending, and cover the envelopes exactly. If your own software made the batch, compare it with proto/rustorium/v1/batch.proto.",
    sentenceJa:
      "バッチを読み取れません。作成者から正しいバイト列を取得してください。",
    remedyJa:
      "オフセット表は各スロットを昇順に 1 回ずつ並べ、封筒をちょうど覆う必要があります。自作のソフトウェアの場合は proto/rustorium/v1/batch.proto と比べてください。",
  },
  BATCH_MISMATCH: {
    sentence:
      "The batch does not match its header or its author's signature; fetch it again from another peer.",
    remedy:
      "Digest, payload root, transaction root, count and signature must all agree. A peer that keeps sending such batches is at fault.",
    sentenceJa:
      "バッチがヘッダーまたは作成者の署名と一致しません。別のピアから取得し直してください。",
    remedyJa:
      "ダイジェスト、ペイロードのルート、トランザクションのルート、件数、署名がすべて一致しなければなりません。繰り返し送ってくるピアに問題があります。",
  },
  BLOCK_MALFORMED: {
    sentence:
      "The block cannot be read or breaks a rule of its header; fetch it again from another peer.",
    remedy:
      "If it came from your own data directory, run `replay` to see which height is affected.",
    sentenceJa:
      "ブロックを読み取れないか、ヘッダーの規則に反しています。別のピアから取得し直してください。",
    remedyJa:
      "自分のデータディレクトリから読んだものなら、`replay` でどの高さかを確かめてください。",
  },
  GENESIS_INVALID: {
    sentence:
      "The genesis is not valid; use the genesis file that the chain was started with.",
    remedy:
      "The accounts must be ascending and unique, the supply at most 2^63 − 1, no parameter zero, and at least one validator present. `init` makes a valid one.",
    sentenceJa:
      "ジェネシスが正しくありません。チェーンの開始に使われたものを使ってください。",
    remedyJa:
      "アカウントは昇順で重複なし、総供給量は 2^63 − 1 以下、パラメーターに 0 はなく、検証者は 1 人以上必要です。`init` で正しいものを作れます。",
  },
  PAGE_MALFORMED: {
    sentence:
      "A page of the state cannot be read; restart the node so that it rebuilds its state.",
    remedy:
      "The state is rebuilt from the last good checkpoint and the blocks. If it happens again, check the disk and restore a backup.",
    sentenceJa:
      "状態のページを読み取れません。ノードを再起動して状態を作り直してください。",
    remedyJa:
      "状態は最後の正しいチェックポイントとブロックから作り直されます。繰り返す場合はディスクを調べ、バックアップから復元してください。",
  },
  PAGE_MISSING: {
    sentence:
      "A part of the state that is needed is not in memory; load its page and try again.",
    remedy:
      "The node loads pages by itself before it touches an account. If this reaches you, the node went on without: restart it, and report the line of the log.",
    sentenceJa:
      "必要な状態の一部がメモリーにありません。そのページを読み込んでからやり直してください。",
    remedyJa:
      "ノードはアカウントに触れる前にページを自動で読み込みます。これが表示されたら読み込まれないまま進んでいます。ノードを再起動し、ログの行を報告してください。",
  },
  MESSAGE_MALFORMED: {
    sentence:
      "A message could not be read; make sure that both sides run compatible versions.",
    remedy:
      "Compare the versions of the two programs and update the older one.",
    sentenceJa:
      "メッセージを読み取れません。双方の版に互換性があることを確かめてください。",
    remedyJa: "両方のプログラムの版を比べ、古いほうを更新してください。",
  },
  BATCH_FOREIGN_BUCKET: {
    sentence:
      "The batch holds transactions that its author may not put into one; leave them to the authors of their buckets.",
    remedy:
      "The two authors of a sender's bucket follow from genesis, validator set and epoch (docs/guide/formats.md). A validator that keeps sending such batches is at fault.",
    sentenceJa:
      "バッチに、作成者が入れてはならないトランザクションがあります。そのバケットの作成者に任せてください。",
    remedyJa:
      "送信者のバケットの 2 人の作成者は、ジェネシス、検証者集合、エポックから決まります(docs/guide/formats.ja.md)。繰り返し送ってくる検証者に問題があります。",
  },
} satisfies CataloguePart;
