/** What the head of a self-unpacking file has to know. */
export interface HeadOptions {
  version: string;
  /** SHA-256 of the compressed tar behind the head, in hexadecimal. */
  digest: string;
  /** Its length. */
  bytes: number;
  os: string;
  arch: string;
}

const SYSTEMS: Record<string, string> = { linux: "Linux", darwin: "Darwin" };
const MACHINES: Record<string, string> = {
  x86_64: "x86_64|amd64",
  aarch64: "aarch64|arm64",
};

/**
 * The shell script in front of the compressed tar: unpacks it once into a folder
 * of the user's cache that is named after its content, and becomes the node. Only
 * whole folders appear there, by one rename; of several starts at once one wins.
 */
export function head(
  { version, digest, bytes, os, arch }: HeadOptions,
): string {
  const system = SYSTEMS[os] ?? os;
  const machine = MACHINES[arch] ?? arch;
  const text = (start: string) =>
    `#!/bin/sh
# Rustorium ${version} for ${system} ${arch}. A shell script, then a compressed tar.
name=${version}-${digest.slice(0, 16)}
digest=${digest}
bytes=${bytes}
start=${start}
fail() {
  echo "rustorium: $1" >&2
  exit 5
}
hash() {
  if command -v sha256sum >/dev/null; then sha256sum
  elif command -v shasum >/dev/null; then shasum -a 256
  else openssl dgst -sha256 -r; fi
}
payload() { tail -c "+$start" -- "$0"; }
# In a shell of its own, for its umask, its trap and its end.
unpack() (
  umask 077
  mkdir -p -- "$cache" 2>/dev/null && draft=$(mktemp -d "$cache/draft.XXXXXX" 2>/dev/null) ||
    fail "$cache cannot be written; set XDG_CACHE_HOME to a folder of yours that can."
  trap 'rm -rf "$draft"' EXIT
  trap 'exit 1' HUP INT TERM
  found=$(payload | hash) || fail "SHA-256 cannot be computed; install sha256sum, shasum or openssl."
  [ "\${found%% *}" = "$digest" ] ||
    fail "this file is damaged (it must hold $bytes bytes with the SHA-256 $digest); get it again."
  mkdir "$draft/$name" && payload | gzip -dc | tar -xf - -C "$draft/$name" && [ -x "$draft/$name/rustorium" ] ||
    fail "$cache could not be filled; free some space (about 130 MB), or set XDG_CACHE_HOME."
  # Fails where another start was first; then its folder is as good.
  mv "$draft/$name" "$cache/" 2>/dev/null || [ -x "$cache/$name/rustorium" ] ||
    fail "$cache/$name could not be made."
)
case $(uname -s)-$(uname -m) in
${machine.split("|").map((one) => `${system}-${one}`).join(" | ")}) ;;
*) fail "this file is for ${system} on ${arch}, not for $(uname -s) on $(uname -m)." ;;
esac
[ -n "\${XDG_CACHE_HOME:-}" ] || [ -n "\${HOME:-}" ] ||
  fail "neither HOME nor XDG_CACHE_HOME is set; set one to a folder that can be written."
cache=\${XDG_CACHE_HOME:-$HOME/.cache}/rustorium
[ -x "$cache/$name/rustorium" ] || unpack || exit 5
exec "$cache/$name/rustorium" "$@"
`;
  // The length of the head stands in the head: five digits, whatever they are.
  const length = new TextEncoder().encode(text("00000")).length;
  return text(String(length + 1).padStart(5, "0"));
}
