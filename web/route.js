/** Which view the part of the URL behind `#` asks for. */
export function parseRoute(hash) {
  const [kind, value = ""] = hash.replace(/^#\/?/, "").split("/");
  if (kind === "") return { view: "home" };
  if (kind === "account") return { view: "account", value };
  if (kind === "tx" && /^[0-9a-f]{64}$/.test(value)) {
    return { view: "transaction", value };
  }
  if (kind === "block" && /^\d{1,15}$/.test(value)) {
    return { view: "block", value: Number(value) };
  }
  return { view: "nothing" };
}

/** Where a search leads; undefined for what cannot be meant. */
export function searchTarget(text) {
  const query = text.trim();
  if (/^[\d,\s]{1,15}$/.test(query)) {
    return `#/block/${Number(query.replace(/[,\s]/g, ""))}`;
  }
  if (/^(0x)?[0-9a-fA-F]{64}$/.test(query)) {
    return `#/tx/${query.slice(-64).toLowerCase()}`;
  }
  if (/^rst1[a-z0-9]{10,}$/i.test(query)) {
    return `#/account/${query.toLowerCase()}`;
  }
  return undefined;
}
