import type { CataloguePart } from "./types.ts";

/** 7xx: configuration, command line and keys. */
export const configErrors = {
  CONFIG_SYNTAX: {
    sentence:
      "The configuration file is not valid TOML; correct the line that is named.",
    remedy:
      "`rustorium init` writes a commented example that you can start from.",
    sentenceJa:
      "設定ファイルが正しい TOML ではありません。示された行を直してください。",
    remedyJa: "`rustorium init` が書き出す説明付きの例から始められます。",
  },
  CONFIG_UNKNOWN_KEY: {
    sentence:
      "The configuration has a key that the node does not know; correct or remove it.",
    remedy:
      "The message names the nearest known key. docs/configuration lists all of them.",
    sentenceJa: "設定に未知のキーがあります。直すか、取り除いてください。",
    remedyJa:
      "メッセージに最も近い既知のキーが示されます。すべてのキーはドキュメントにあります。",
  },
  CONFIG_TYPE: {
    sentence:
      "A configuration value has the wrong type; write it as the message says.",
    remedy:
      "Numbers and true/false have no quotes, texts do. Tables are written as [name].",
    sentenceJa: "設定値の型が違います。メッセージのとおりに書いてください。",
    remedyJa:
      "数値と true/false には引用符を付けず、文字列には付けます。テーブルは [名前] と書きます。",
  },
  CONFIG_RANGE: {
    sentence:
      "A configuration value is out of range; choose one within the limits named.",
    remedy:
      "Every key has a default that is fine for most machines: remove the line to use it.",
    sentenceJa: "設定値が範囲外です。示された範囲の値を選んでください。",
    remedyJa:
      "どのキーにも、ほとんどの環境に適した既定値があります。行を消すと既定値になります。",
  },
  USAGE: {
    sentence: "The command was not understood; see its --help.",
    remedy:
      "`rustorium --help` lists the commands, `rustorium COMMAND --help` shows options and examples.",
    sentenceJa: "コマンドを解釈できません。--help を見てください。",
    remedyJa:
      "`rustorium --help` にコマンドの一覧、`rustorium COMMAND --help` にオプションと例があります。",
  },
  KEY_NOT_FOUND: {
    sentence:
      "There is no such key; give a keystore name, a key file or 64 hexadecimal digits.",
    remedy:
      "`rustorium key list` shows the names in the keystore; --home or --keystore chooses another one.",
    sentenceJa:
      "そのような鍵はありません。キーストアの名前、鍵ファイル、または 16 進 64 桁を指定してください。",
    remedyJa:
      "`rustorium key list` で名前を確かめられます。別のキーストアは --home または --keystore で選びます。",
  },
  PASSPHRASE_WRONG: {
    sentence: "The passphrase does not open the key; try it again.",
    remedy:
      "Give it at the prompt, with --passphrase-file or in RUSTORIUM_PASSPHRASE. A lost passphrase cannot be recovered: import the key again from its secret.",
    sentenceJa: "パスフレーズでは鍵を開けません。もう一度入力してください。",
    remedyJa:
      "プロンプト、--passphrase-file、または RUSTORIUM_PASSPHRASE で渡せます。忘れたパスフレーズは復元できません。秘密鍵から取り込み直してください。",
  },
  KEY_EXISTS: {
    sentence: "A key of that name exists already; choose another name.",
    remedy:
      "Keys are never overwritten. Remove the file yourself if you are sure that you do not need it.",
    sentenceJa: "その名前の鍵はすでにあります。別の名前を選んでください。",
    remedyJa:
      "鍵が上書きされることはありません。不要だと確信できるなら、自分でファイルを削除してください。",
  },
  PORT_IN_USE: {
    sentence:
      "Another program listens on that port; choose another one or stop that program.",
    remedy:
      "Give --rpc-port or --p2p-port; 0 takes any free port, which the ready line then names.",
    sentenceJa:
      "そのポートは別のプログラムが使用中です。別のポートを選ぶか、そのプログラムを止めてください。",
    remedyJa:
      "--rpc-port または --p2p-port を指定してください。0 なら空きポートを使い、ready 行に表示します。",
  },
} satisfies CataloguePart;
