import { currentLanguage } from "./i18n.js";

/** A whole number with separators; decimal strings stay exact. */
export function number(value) {
  return BigInt(value).toLocaleString(currentLanguage());
}

export function decimal(value, digits) {
  return value.toLocaleString(currentLanguage(), {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** The beginning and the end of a long text. */
export function short(text, head = 6, tail = 4) {
  return text.length <= head + tail + 1
    ? text
    : `${text.slice(0, head)}…${text.slice(-tail)}`;
}

/** How long ago, in the largest unit that fits. */
export function age(milliseconds, nowMs) {
  const seconds = Math.max(0, Math.round((nowMs - milliseconds) / 1_000));
  const [value, unit] = seconds < 60
    ? [seconds, "second"]
    : seconds < 3_600
    ? [Math.floor(seconds / 60), "minute"]
    : seconds < 86_400
    ? [Math.floor(seconds / 3_600), "hour"]
    : [Math.floor(seconds / 86_400), "day"];
  return new Intl.RelativeTimeFormat(currentLanguage(), {
    style: "narrow",
    numeric: "always",
  }).format(-value, unit);
}

export function dateTime(milliseconds) {
  return new Date(milliseconds).toLocaleString(currentLanguage(), {
    dateStyle: "medium",
    timeStyle: "medium",
  });
}

/** A duration below a minute. */
export function duration(milliseconds) {
  return milliseconds < 1_000
    ? `${Math.round(milliseconds)} ms`
    : `${decimal(milliseconds / 1_000, 1)} s`;
}

/** Memo bytes as text where they are UTF-8, else as hex. */
export function memoText(hex) {
  const bytes = Uint8Array.from(
    hex.match(/../g) ?? [],
    (two) => parseInt(two, 16),
  );
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return `0x${hex}`;
  }
}
