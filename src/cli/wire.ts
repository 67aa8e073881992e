/** What the client gives, as the JSON that the node itself would give. */

/** Whole numbers that are texts in JSON, because they may be larger than JSON's numbers are exact. */
const TEXTS: ReadonlySet<string> = new Set([
  "amount",
  "baseFee",
  "fee",
  "gasLimit",
  "gasUsed",
  "maxFee",
  "power",
  "tip",
  "totalPower",
]);
/** Bytes that are shown as hexadecimal; others are base64. */
const HEX: ReadonlySet<string> = new Set(["memo", "genesisHash", "publicKey"]);

/** `value` with names in snake_case, amounts as texts, heights and nonces as numbers, bytes as text. */
export function wireJson(value: object): Record<string, unknown> {
  return convert(value, "") as Record<string, unknown>;
}

function convert(value: unknown, name: string): unknown {
  if (typeof value === "bigint") {
    return TEXTS.has(name) ? String(value) : Number(value);
  }
  if (value instanceof Uint8Array) {
    return HEX.has(name) ? value.toHex() : value.toBase64();
  }
  if (Array.isArray(value)) return value.map((item) => convert(item, name));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map((
      [key, inner],
    ) => [snakeCase(key), convert(inner, key)]),
  );
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
