import { nodeFlags } from "../../src/cli/permissions.ts";

/**
 * The script that starts the node from its folder. With RUSTORIUM_CONFINED set
 * it may do only what a node must, and write only to RUSTORIUM_HOME; without, all
 * commands work on any file that they are given.
 */
export function launcher(): string {
  const flags = nodeFlags({
    program: "$here",
    packages: "$here/node_modules",
    home: "$home",
  }).map((flag) => `"${flag}"`);
  return `#!/bin/sh
# Starts Rustorium with the runtime and the packages beside this file.
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd -P) || exit 5
DENO_DIR=$here/.deno
DENO_NO_UPDATE_CHECK=1
export DENO_DIR DENO_NO_UPDATE_CHECK
if [ -z "\${RUSTORIUM_CONFINED:-}" ]; then
  exec "$here/deno" run -A "$here/main.ts" "$@"
fi
home=\${RUSTORIUM_HOME:-./data}
case $here$home in
*,*)
  echo "rustorium: RUSTORIUM_CONFINED does not work with a comma in the name of a folder." >&2
  exit 2
  ;;
esac
exec "$here/deno" run \\
${flags.map((flag) => `  ${flag} \\`).join("\n")}
  "$here/main.ts" "$@"
`;
}
