import type { CataloguePart } from "./types.ts";

/** 3xx: what the mempool takes. */
export const mempoolErrors = {
  MEMPOOL_FULL: {
    sentence:
      "The node's mempool is full of transactions that pay as much; wait a moment and send the transaction again.",
    remedy:
      "Resend the same bytes after a few blocks, or offer a tip that is more than a tenth higher. Operators can raise [mempool] transactions_max and bytes_max.",
    sentenceJa:
      "ノードのメンプールが、同等以上に支払うもので満杯です。少し待ってから送り直してください。",
    remedyJa:
      "数ブロック後に同じバイト列を送り直すか、チップを 1 割以上高くしてください。運用者は [mempool] の transactions_max と bytes_max を増やせます。",
    retryAfterMs: 1_000,
  },
  SENDER_QUOTA: {
    sentence:
      "This sender has too many transactions waiting; wait until some are final before sending more.",
    remedy:
      "Send at the pace at which blocks take them, or spread the load over several accounts.",
    sentenceJa:
      "この送信者の未確定トランザクションが多すぎます。いくつか確定するまで待ってください。",
    remedyJa:
      "ブロックに取り込まれる速さに合わせて送るか、複数のアカウントに分散してください。",
    retryAfterMs: 1_000,
  },
  DUPLICATE_TRANSACTION: {
    sentence:
      "The node already has this transaction; wait for its result instead of sending it again.",
    remedy:
      "Look it up by its hash (`tx HASH`). Nothing was lost and nothing is paid twice.",
    sentenceJa:
      "このトランザクションはすでに受け付けています。再送せず、結果を待ってください。",
    remedyJa:
      "ハッシュで調べてください（`tx HASH`）。失われることも、二重に払われることもありません。",
  },
  UNDERPRICED_REPLACEMENT: {
    sentence:
      "Another transaction with this nonce is waiting and pays as much; raise max_fee and tip to replace it.",
    remedy:
      "Offer clearly more than the waiting transaction, or use the next nonce if you did not mean to replace it.",
    sentenceJa:
      "同じナンスの待機中トランザクションと同等以下の手数料です。置き換えるには max_fee と tip を上げてください。",
    remedyJa:
      "待機中のものより明らかに高い手数料を付けてください。置き換える意図がなければ、次のナンスを使ってください。",
  },
} satisfies CataloguePart;
