import type { CataloguePart } from "./types.ts";

/** 6xx: the API. */
export const rpcErrors = {
  RPC_PARSE: {
    sentence:
      "The request is not valid JSON; send one JSON-RPC 2.0 object or an array of them.",
    remedy:
      "Check quotes and commas, and send UTF-8 with content-type application/json.",
    sentenceJa:
      "リクエストが正しい JSON ではありません。JSON-RPC 2.0 のオブジェクトかその配列を送ってください。",
    remedyJa:
      "引用符やコンマを確かめ、content-type application/json の UTF-8 で送ってください。",
  },
  RPC_INVALID_REQUEST: {
    sentence:
      'The request is not JSON-RPC 2.0; it needs "jsonrpc": "2.0", "method" and "id".',
    remedy:
      "A batch holds 1 to 100 requests. See docs for the list of methods.",
    sentenceJa:
      'JSON-RPC 2.0 のリクエストではありません。"jsonrpc": "2.0"、"method"、"id" が必要です。',
    remedyJa:
      "1 つのバッチは 1～100 件です。メソッドの一覧はドキュメントを見てください。",
  },
  RPC_UNKNOWN_METHOD: {
    sentence: "The node has no such method; check its name.",
    remedy:
      "Names are lower case, e.g. status, account, transaction, block, validators, submit, subscribe.",
    sentenceJa: "そのようなメソッドはありません。名前を確かめてください。",
    remedyJa:
      "名前は小文字です。例：status、account、transaction、block、validators、submit、subscribe。",
  },
  RPC_INVALID_PARAMS: {
    sentence:
      "The parameters do not fit the method; correct the one that is named in the detail.",
    remedy:
      "Amounts are decimal strings, heights numbers, hashes lower-case hexadecimal, addresses rst1….",
    sentenceJa:
      "引数がメソッドに合いません。詳細に示されたものを直してください。",
    remedyJa:
      "金額は 10 進の文字列、高さは数値、ハッシュは小文字の 16 進、アドレスは rst1… の形です。",
  },
  RPC_BODY_TOO_LARGE: {
    sentence:
      "The request is larger than the node accepts; send it in smaller parts.",
    remedy:
      "The limit is [rpc] body_bytes_max of the node's configuration. Binary submission takes at most 10,000 transactions at once.",
    sentenceJa: "リクエストが大きすぎます。小さく分けて送ってください。",
    remedyJa:
      "上限はノードの設定 [rpc] body_bytes_max です。バイナリでの一括送信は 1 回 10,000 件までです。",
  },
  RPC_BUSY: {
    sentence: "The node has too much work waiting; try again in a moment.",
    remedy:
      "Wait and retry with growing pauses. Operators can raise the limits in [rpc].",
    sentenceJa: "ノードの処理待ちが多すぎます。少し待って再試行してください。",
    remedyJa:
      "間隔を延ばしながら再試行してください。運用者は [rpc] の上限を引き上げられます。",
    retryAfterMs: 1_000,
  },
  RPC_NOT_FOUND: {
    sentence: "The node does not know it; check the hash or the height.",
    remedy:
      "A transaction is found once it is in a final block. Heights go from 1 to the one in `status`.",
    sentenceJa:
      "ノードはそれを知りません。ハッシュまたは高さを確かめてください。",
    remedyJa:
      "トランザクションは確定したブロックに入ってから見つかります。高さは 1 から `status` の height までです。",
  },
  RPC_INTERNAL: {
    sentence:
      "Something failed inside the program; try again, and look at the node's log if it stays.",
    remedy:
      "The log has the evidence under the same time. Please report it with that line.",
    sentenceJa:
      "プログラムの内部で障害が起きました。再試行し、続くようならノードのログを見てください。",
    remedyJa:
      "同じ時刻のログに手掛かりがあります。その行を添えて報告してください。",
  },
  RPC_UNREACHABLE: {
    sentence: "No node answers at that URL; start one or correct --rpc.",
    remedy:
      "Start a node with `rustorium dev`, or give the URL of its ready line with --rpc (default http://127.0.0.1:26657).",
    sentenceJa:
      "その URL で応答するノードがありません。ノードを起動するか、--rpc を直してください。",
    remedyJa:
      "`rustorium dev` でノードを起動するか、ready 行に表示された URL を --rpc で渡してください（既定は http://127.0.0.1:26657）。",
  },
  RPC_TIMEOUT: {
    sentence: "The answer did not come in time; ask again, nothing was undone.",
    remedy:
      "A transaction that was accepted may still become final: look it up by its hash before sending another.",
    sentenceJa:
      "時間内に応答がありませんでした。もう一度問い合わせてください。取り消されたわけではありません。",
    remedyJa:
      "受け付けられたトランザクションはまだ確定する可能性があります。再送の前にハッシュで調べてください。",
  },
  FAUCET_UNAVAILABLE: {
    sentence:
      "This node has no faucet; use the node of a dev chain or send from a funded account.",
    remedy:
      "`rustorium dev` starts a chain with a faucet and ten funded accounts. The faucet gives a bounded amount at a time.",
    sentenceJa:
      "このノードにはフォーセットがありません。開発用チェーンのノードを使うか、残高のあるアカウントから送ってください。",
    remedyJa:
      "`rustorium dev` は、フォーセットと残高のある 10 個のアカウントを備えたチェーンを起動します。1 回の額には上限があります。",
  },
  SOURCE_BLOCKED: {
    sentence:
      "Too many transactions with bad signatures came from here; correct what signs them, wait, and send again.",
    remedy:
      "Each bad signature costs the node more than a good one. Look for SIGNATURE_INVALID among the answers, and mend that first. The pause grows each time; a connection whose transactions are admitted is not held up by others behind the same address.",
    sentenceJa:
      "署名の正しくないトランザクションがここから多数届きました。署名の処理を直し、しばらく待ってから送り直してください。",
    remedyJa:
      "正しくない署名は、正しい署名よりノードの負担になります。応答の SIGNATURE_INVALID を調べ、原因を直してください。繰り返すほど待ち時間は延びます。正しいトランザクションを送っている接続は、同じアドレスの他の接続に妨げられません。",
    retryAfterMs: 1_000,
  },
} satisfies CataloguePart;
