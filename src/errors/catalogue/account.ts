import type { CataloguePart } from "./types.ts";

/** 2xx: what the sender's account allows. */
export const accountErrors = {
  NONCE_USED: {
    sentence:
      "The nonce was already used in this lane; sign with the account's next nonce.",
    remedy:
      "Ask for `account` and take the next nonce of the lane. If you are resending the same transfer, look up its hash first: it may already be final.",
    sentenceJa:
      "このレーンでは使用済みのナンスです。アカウントの次のナンスで署名し直してください。",
    remedyJa:
      "`account` でそのレーンの次のナンスを確かめてください。同じ送金の再送なら、先にハッシュで調べてください。すでに確定しているかもしれません。",
  },
  NONCE_TOO_FAR: {
    sentence:
      "The nonce is too far ahead of the account's next one; send the missing nonces first.",
    remedy:
      "Ask for `account`, then send the transactions in between, or use another lane for what is independent.",
    sentenceJa:
      "ナンスが先に進みすぎています。抜けているナンスを先に送ってください。",
    remedyJa:
      "`account` を確かめ、間のトランザクションを送るか、独立したものは別のレーンを使ってください。",
  },
  INSUFFICIENT_BALANCE: {
    sentence:
      "The balance does not cover the amounts and the highest fee; send less or fund the account.",
    remedy:
      "The account must hold gas_limit × max_fee plus all amounts. On a dev chain the faucet gives more.",
    sentenceJa:
      "残高が金額と最大手数料に足りません。金額を減らすか、入金してください。",
    remedyJa:
      "gas_limit × max_fee と全金額の合計が必要です。開発用チェーンではフォーセットから受け取れます。",
  },
  TOO_MANY_LANES: {
    sentence:
      "The account cannot open another lane; use one that it already has.",
    remedy:
      "Ask for `account` to see the lanes in use and continue with the next nonce of one of them.",
    sentenceJa:
      "このアカウントはこれ以上レーンを増やせません。既存のレーンを使ってください。",
    remedyJa:
      "`account` で使用中のレーンを確かめ、そのうちの 1 つの次のナンスで続けてください。",
  },
  NOT_AUTHORIZED: {
    sentence:
      "The key that signed may not act for this account; sign with the authorised key.",
    remedy:
      "Look at the authorisation record of the account: its key may have been replaced.",
    sentenceJa:
      "署名した鍵にはこのアカウントの権限がありません。許可された鍵で署名してください。",
    remedyJa:
      "アカウントの権限記録を確かめてください。鍵が交換されている可能性があります。",
  },
  SLOT_FULL: {
    sentence:
      "The account's slot has no gas left in this block; send it again in a later block.",
    remedy:
      "Wait for a few blocks and resend the same bytes. A higher tip goes first.",
    sentenceJa:
      "このブロックではアカウントのスロットのガスが尽きています。後のブロックで送り直してください。",
    remedyJa:
      "数ブロック待ってから同じバイト列を送り直してください。チップが高いものが優先されます。",
  },
} satisfies CataloguePart;
