import { ErrorCode } from "../proto/gen/rustorium/v1/error_pb.ts";
import {
  catalogue,
  type CatalogueEntry,
  type ErrorName,
} from "./catalogue/mod.ts";

/** One code with everything that the catalogue knows about it. */
export interface ErrorDescription extends CatalogueEntry {
  /** The stable number, e.g. 200. */
  code: number;
  /** Its name, e.g. `NONCE_USED`. */
  name: string;
}

/** Every code of the schema, ascending. */
export function allErrors(): ErrorDescription[] {
  const names = Object.keys(catalogue) as ErrorName[];
  return names
    .map((name) => ({
      code: ErrorCode[name] as number,
      name,
      ...catalogue[name],
    }))
    .sort((a, b) => a.code - b.code);
}

/** Looks a code up by its number, its name, or its name in another case or with the schema's prefix. */
export function findError(
  codeOrName: number | string,
): ErrorDescription | undefined {
  const text = String(codeOrName).trim().toUpperCase().replaceAll("-", "_");
  const name = /^\d+$/.test(text)
    ? ErrorCode[Number(text)]
    : text.replace(/^ERROR_CODE_/, "");
  if (name === undefined || !Object.hasOwn(catalogue, name)) return undefined;
  const known = name as ErrorName;
  return { code: ErrorCode[known], name: known, ...catalogue[known] };
}

/** What the catalogue says about `code`. A number that it does not know (of a newer node) gets a general answer. */
export function describe(code: number): ErrorDescription {
  return findError(code) ?? {
    code,
    name: `UNKNOWN_${code}`,
    sentence:
      `The code ${code} is not known to this version; update it to read the code.`,
    remedy: "A newer node may use codes that this version does not know yet.",
    sentenceJa:
      `コード ${code} はこの版では未知です。更新すると読めるようになります。`,
    remedyJa:
      "新しい版のノードは、この版がまだ知らないコードを使うことがあります。",
  };
}
