/** Where the things lie that a node may touch. */
export interface NodePlaces {
  /** The folder of `main.ts`: read only. */
  program: string;
  /** The folder of the npm packages: read only, and the one whose native addons may be loaded. */
  packages: string;
  /** The only folder that is written to. */
  home: string;
}

/** The environment variables of Rustorium. To a node that is confined all others are unset. */
export const VARIABLES = [
  "RUSTORIUM_HOME",
  "RUSTORIUM_RPC",
  "RUSTORIUM_PASSPHRASE",
] as const;

/**
 * The flags of `deno run` with which `start` and `dev` have what they need and
 * nothing else: in the place of `-A`. The network is open because peers may be
 * anywhere; what the loader of the QUIC addon asks of the machine is its C library
 * (`cpus` and `hostname` stand in the report that it looks into).
 */
export function nodeFlags({ program, packages, home }: NodePlaces): string[] {
  const list = (...paths: string[]) =>
    [...new Set(paths)].map((path) => path.replaceAll(",", ",,")).join(",");
  return [
    "--no-prompt",
    `--allow-read=${list(program, packages, home)}`,
    `--allow-write=${list(home)}`,
    "--allow-net",
    "--ignore-env",
    `--allow-env=${VARIABLES.join(",")}`,
    "--allow-sys=cpus,hostname,networkInterfaces",
    `--allow-ffi=${list(packages)}`,
  ];
}
