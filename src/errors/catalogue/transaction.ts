import type { CataloguePart } from "./types.ts";

/** 1xx: what one transaction may look like. */
export const transactionErrors = {
  TRANSACTION_MALFORMED: {
    sentence:
      "The bytes are not a transaction envelope; build it with a wallet or the SDK.",
    remedy:
      "An envelope is sender (32 bytes), signature (64), body length (u32, little endian) and body, with nothing after it. Send the bytes exactly as the wallet returned them.",
    sentenceJa:
      "トランザクションの封筒として読めません。ウォレットまたは SDK で作成してください。",
    remedyJa:
      "封筒は送信者（32 バイト）、署名（64 バイト）、本体の長さ（u32、リトルエンディアン）、本体の順で、その後ろには何も付きません。ウォレットが返したバイト列をそのまま送ってください。",
  },
  TRANSACTION_TOO_LARGE: {
    sentence:
      "The transaction is larger than 16 KiB; split its actions over several transactions.",
    remedy:
      "Send fewer actions or a shorter memo in each transaction. Independent transactions can go at the same time in different lanes.",
    sentenceJa:
      "トランザクションが 16 KiB を超えています。アクションを複数のトランザクションに分けてください。",
    remedyJa:
      "1 件あたりのアクションを減らすか、メモを短くしてください。互いに独立したトランザクションは、別々のレーンで同時に送れます。",
  },
  BODY_NOT_CANONICAL: {
    sentence:
      "The transaction body is not in its one canonical encoding; encode it again with the SDK.",
    remedy:
      "Fields must come in order, each once, with default values left out, no unknown fields and no bytes at the end. Many protobuf libraries do this by default; the SDK always does.",
    sentenceJa:
      "本体が唯一の正規形で符号化されていません。SDK で符号化し直してください。",
    remedyJa:
      "フィールドは番号順に 1 回ずつ、既定値は省略し、未知のフィールドや末尾の余分なバイトがあってはいけません。SDK は必ずこの形で符号化します。",
  },
  UNKNOWN_ACTION: {
    sentence:
      "The transaction has an action that this protocol version does not know; use actions that the chain supports.",
    remedy:
      "Compare `status` (protocol_version) with the version of your SDK, and update whichever is older.",
    sentenceJa:
      "このプロトコルの版が知らないアクションが含まれています。チェーンが対応するアクションを使ってください。",
    remedyJa:
      "`status` の protocol_version と SDK の版を比べ、古いほうを更新してください。",
  },
  WRONG_CHAIN: {
    sentence:
      "The transaction was made for another chain; sign it again with this chain's genesis hash.",
    remedy:
      "Ask the node you send to for `status` and build the wallet with its genesis_hash. After a reset of a dev chain, old transactions are for the old chain.",
    sentenceJa:
      "別のチェーン向けのトランザクションです。このチェーンのジェネシスハッシュで署名し直してください。",
    remedyJa:
      "送信先のノードに `status` を問い合わせ、その genesis_hash でウォレットを作ってください。開発用チェーンをリセットした後は、以前のトランザクションは使えません。",
  },
  SIGNATURE_INVALID: {
    sentence:
      "The signature does not match the sender and the body; sign it with the sender's own key.",
    remedy:
      "The signature is ed25519 over 0x11 followed by the transaction id. Check that nothing changed after signing and that the genesis hash is this chain's.",
    sentenceJa:
      "署名が送信者と本体に一致しません。送信者自身の鍵で署名してください。",
    remedyJa:
      "署名は、0x11 とトランザクション ID を連結したものに対する ed25519 署名です。署名後に内容が変わっていないこと、ジェネシスハッシュがこのチェーンのものであることを確かめてください。",
  },
  EXPIRED: {
    sentence:
      "The transaction's valid_until has passed; sign it again with a later height.",
    remedy:
      "Take the height from `status`, add the blocks that you are willing to wait for, and sign again. The old transaction can never be executed.",
    sentenceJa:
      "valid_until の高さを過ぎています。より先の高さで署名し直してください。",
    remedyJa:
      "`status` の height に待てるブロック数を足し、署名し直してください。期限が切れたトランザクションが実行されることはありません。",
  },
  VALIDITY_TOO_LONG: {
    sentence:
      "The transaction's valid_until is too far ahead; choose an earlier height.",
    remedy:
      "It may lie at most the genesis parameter validity_blocks_max above the current height. A few hundred blocks are enough for most uses.",
    sentenceJa: "valid_until が先すぎます。より手前の高さを選んでください。",
    remedyJa:
      "現在の高さから、ジェネシスのパラメーター validity_blocks_max までが上限です。通常は数百ブロックで十分です。",
  },
  ACTIONS_COUNT: {
    sentence:
      "A transaction has 1 to 16 actions; add one or split the transaction.",
    remedy:
      "Put at most 16 actions into one transaction. They are executed in order, all or nothing.",
    sentenceJa:
      "1 件のトランザクションのアクションは 1～16 個です。追加するか、トランザクションを分けてください。",
    remedyJa:
      "アクションは 16 個までにしてください。順番に、すべて実行されるか、まったく実行されないかのどちらかです。",
  },
  MEMO_TOO_LONG: {
    sentence: "The memo is longer than 256 bytes; shorten it.",
    remedy:
      "Put a reference or a hash into the memo instead of the text. Japanese letters take 3 bytes each in UTF-8.",
    sentenceJa: "メモが 256 バイトを超えています。短くしてください。",
    remedyJa:
      "本文の代わりに参照番号やハッシュを入れてください。UTF-8 では日本語 1 文字がおよそ 3 バイトになります。",
  },
  GAS_LIMIT_TOO_LOW: {
    sentence:
      "The gas limit does not cover what the transaction costs; raise gas_limit.",
    remedy:
      "Gas used is gas_per_transaction + gas_per_byte × envelope bytes + gas_per_action × actions, as in the genesis parameters. The SDK computes it.",
    sentenceJa:
      "gas_limit がトランザクションの費用に足りません。引き上げてください。",
    remedyJa:
      "使用ガスは gas_per_transaction + gas_per_byte × 封筒のバイト数 + gas_per_action × アクション数です（ジェネシスのパラメーター）。SDK が計算します。",
  },
  GAS_LIMIT_TOO_HIGH: {
    sentence: "The gas limit is above what one block allows; lower gas_limit.",
    remedy:
      "It must not exceed slot_gas_max or block_gas_max of the genesis parameters.",
    sentenceJa:
      "gas_limit が 1 ブロックの上限を超えています。引き下げてください。",
    remedyJa:
      "ジェネシスのパラメーター slot_gas_max と block_gas_max を超えてはいけません。",
  },
  FEE_TOO_LOW: {
    sentence:
      "The max_fee is below the base fee or below the tip; offer more per unit of gas.",
    remedy:
      "Take base_fee from `status` and set max_fee to at least base_fee + tip, better to twice that.",
    sentenceJa:
      "max_fee が基本手数料またはチップを下回っています。ガス単価を上げてください。",
    remedyJa:
      "`status` の base_fee を見て、max_fee を base_fee + tip 以上（できれば 2 倍）にしてください。",
  },
  AMOUNT_OVERFLOW: {
    sentence: "The amounts or fees add up to more than can exist; lower them.",
    remedy:
      "No sum may exceed 2^63 − 1 base units. Check the amount, gas_limit and max_fee.",
    sentenceJa:
      "金額または手数料の合計が存在しうる量を超えています。小さくしてください。",
    remedyJa:
      "どの合計も 2^63 − 1 基本単位を超えられません。金額、gas_limit、max_fee を確かめてください。",
  },
  ADDRESS_MALFORMED: {
    sentence:
      "That is not an address; addresses are 32 bytes and look like rst1….",
    remedy:
      "Copy the address again, whole. The last letters are a checksum, so one wrong letter is enough to be refused.",
    sentenceJa:
      "アドレスではありません。アドレスは 32 バイトで、rst1… の形をしています。",
    remedyJa:
      "アドレス全体をもう一度コピーしてください。末尾は検査用の文字なので、1 文字でも違えば受け付けられません。",
  },
  FEE_PAYER_RESERVED: {
    sentence:
      "The field fee_payer is reserved in this protocol version; leave it empty.",
    remedy: "Remove the field and sign again; the sender pays the fee.",
    sentenceJa: "fee_payer はこの版では予約されています。空にしてください。",
    remedyJa:
      "フィールドを取り除いて署名し直してください。手数料は送信者が払います。",
  },
  KEY_MALFORMED: {
    sentence:
      "That is not a usable key; a secret key is 64 hexadecimal digits.",
    remedy:
      "Give the 32-byte ed25519 seed in hexadecimal, or the path of a key file. A public key must be a valid point of the curve.",
    sentenceJa: "鍵として使えません。秘密鍵は 16 進 64 桁です。",
    remedyJa:
      "32 バイトの ed25519 シードを 16 進で、または鍵ファイルのパスを渡してください。公開鍵は曲線上の正しい点でなければなりません。",
  },
  AMOUNT_ZERO: {
    sentence:
      "A transfer must move at least 1 base unit; give a positive amount.",
    remedy: "Set the amount to a whole number of base units above 0.",
    sentenceJa:
      "送金額は 1 基本単位以上でなければなりません。正の金額を指定してください。",
    remedyJa: "金額を 1 以上の整数（基本単位）にしてください。",
  },
} satisfies CataloguePart;
