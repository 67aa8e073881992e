import type { CataloguePart } from "./types.ts";

/** 9xx: consensus and the life of the process. */
export const consensusErrors = {
  DOUBLE_SIGN_REFUSED: {
    sentence:
      "The node refused to sign two different messages for one step; make sure that its key runs only once.",
    remedy:
      "Check that no other node uses this validator.key, and that no old backup of the home was restored.",
    sentenceJa:
      "同じ段階で異なる 2 つのメッセージへの署名を拒否しました。鍵を使うノードが 1 つだけか確かめてください。",
    remedyJa:
      "別のノードが同じ validator.key を使っていないこと、ホームの古いバックアップを戻していないことを確かめてください。",
  },
  WAL_CORRUPT: {
    sentence:
      "The write-ahead log is damaged beyond its tail; restore the home from a backup.",
    remedy:
      "A torn tail is trimmed by itself; this is more. Do not delete the log of a validator: it prevents double signing.",
    sentenceJa:
      "先行書き込みログが末尾以外でも壊れています。ホームをバックアップから復元してください。",
    remedyJa:
      "末尾の破損は自動で切り詰められますが、これはそれ以上の破損です。二重署名を防ぐため、検証者のログは削除しないでください。",
  },
  ENGINE_TRAPPED: {
    sentence:
      "The consensus engine stopped unexpectedly; start the node again and report it.",
    remedy:
      "The node rebuilds the engine from its log. If it happens again at the same height, keep the home and report it.",
    sentenceJa:
      "合意エンジンが予期せず停止しました。ノードを再起動し、報告してください。",
    remedyJa:
      "ノードはログからエンジンを作り直します。同じ高さで繰り返す場合は、ホームを保存して報告してください。",
  },
  SUPPLY_BROKEN: {
    sentence:
      "The balances no longer add up to the genesis supply; stop the node and report it.",
    remedy:
      "The node stops rather than go on with wrong money. Keep the home directory: it holds the evidence.",
    sentenceJa:
      "残高の合計が総供給量と一致しません。ノードを止めて報告してください。",
    remedyJa:
      "誤った残高のまま進まないよう、ノードは停止します。証拠となるホームディレクトリを保存してください。",
  },
  SHUTTING_DOWN: {
    sentence: "The node is stopping; send the request again when it is back.",
    remedy:
      "What it has acknowledged is kept. Ask for the result by hash after the restart.",
    sentenceJa: "ノードは停止処理中です。再開後に送り直してください。",
    remedyJa:
      "応答済みのものは保持されます。再起動後にハッシュで結果を確かめてください。",
    retryAfterMs: 1_000,
  },
} satisfies CataloguePart;
