import type { CataloguePart } from "./types.ts";

/** 5xx: proofs and certificates that do not convince. */
export const proofErrors = {
  PROOF_INVALID: {
    sentence:
      "The proof does not lead to the certified state root; do not believe this answer.",
    remedy:
      "Ask again, and if it fails again ask another node: this one may be faulty or lying.",
    sentenceJa:
      "証明が、認証された状態ルートに到達しません。この回答を信用しないでください。",
    remedyJa:
      "もう一度問い合わせ、それでも失敗するなら別のノードに問い合わせてください。故障または虚偽の可能性があります。",
  },
  CERTIFICATE_INVALID: {
    sentence:
      "The commit certificate is not valid for this block; do not believe this answer.",
    remedy:
      "Check that your genesis file is this chain's. If it is, ask another node.",
    sentenceJa:
      "コミット証明書がこのブロックに対して有効ではありません。この回答を信用しないでください。",
    remedyJa:
      "手元のジェネシスがこのチェーンのものか確かめてください。正しければ、別のノードに問い合わせてください。",
  },
  CERTIFICATE_POWER: {
    sentence:
      "The certificate carries two thirds of the voting power or less; do not treat the block as final.",
    remedy:
      "Check that you use the validator set of that height, then ask another node.",
    sentenceJa:
      "証明書の投票力が 3 分の 2 以下です。このブロックを確定とみなさないでください。",
    remedyJa:
      "その高さの検証者集合を使っていることを確かめ、別のノードに問い合わせてください。",
  },
} satisfies CataloguePart;
