/** The program in `rust/`: a node on rust-libp2p that is a peer of a chain, built by cargo. */
import { readLines } from "../support/lines.ts";
import { until } from "../support/wait.ts";

const MANIFEST = new URL("./rust/Cargo.toml", import.meta.url).pathname;

/** As npm and Go do, cargo keeps what it built in the user's cache, for the next run as well. */
const TARGET = Deno.env.get("CARGO_TARGET_DIR") ??
  `${Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`}` +
    "/rustorium-interop";

/** Builds it, from the lock file; some minutes at first. */
export const BUILD_RUST = [
  ...["cargo", "build", "--locked", "--quiet"],
  ...["--manifest-path", MANIFEST, "--target-dir", TARGET],
];

export const RUST_PROGRAM = `${TARGET}/debug/rustorium-interop`;

const HAPPENS_MS_MAX = 30_000;
const STOP_MS_MAX = 5_000;

/** What it tells of; each kind has some of these. */
export interface Told {
  /** Who it is about. */
  peer?: string;
  address?: string;
  /** Whether it was the one that dialled. */
  dialled?: boolean;
  protocols?: string[];
  pingMs?: number;
  channel?: string;
  text?: string;
}

export interface RustNode {
  /** Where it listens, with its peer id. */
  readonly address: string;
  readonly id: string;
  /** All that it told of this kind so far. */
  told(event: string): Told[];
  /** Waits until it tells of this kind something that is meant. */
  tells(event: string, isMeant?: (told: Told) => boolean): Promise<Told>;
  /** Publishes a text on a channel. */
  publish(channel: string, text: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it on 127.0.0.1 as a peer of a chain; it dials `address`, if there is one. */
export async function startRustNode(
  { chainId, genesisHash, address }: {
    chainId: string;
    genesisHash: Uint8Array;
    address?: string;
  },
): Promise<RustNode> {
  const child = new Deno.Command(RUST_PROGRAM, {
    args: ["peer", chainId, genesisHash.toHex(), ...address ? [address] : []],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  const log = readLines(child.stderr);
  const all: { event: string; what: Told }[] = [];
  const out = readLines(child.stdout);
  const reading = (async () => {
    for (let line; (line = await out.next()) !== undefined;) {
      all.push(JSON.parse(line));
    }
  })();
  const told = (event: string) =>
    all.filter((one) => one.event === event).map(({ what }) => what);
  const tells: RustNode["tells"] = async (event, isMeant = () => true) => {
    const found = () => told(event).find(isMeant);
    await until(
      `rust-libp2p tells: ${event}`,
      HAPPENS_MS_MAX,
      () => Promise.resolve(found() !== undefined),
    ).catch((thrown) => {
      throw new Error(`${JSON.stringify(all)}\n${log.tail()}`, {
        cause: thrown,
      });
    });
    return found()!;
  };
  const stop = async () => {
    await input.close().catch(() => undefined);
    const late = setTimeout(() => child.kill("SIGKILL"), STOP_MS_MAX);
    await Promise.all([child.status, reading]);
    clearTimeout(late);
  };
  try {
    const { address: own } = await tells("listening");
    return {
      address: own!,
      id: own!.split("/").at(-1)!,
      told,
      tells,
      stop,
      async publish(channel, text) {
        await input.write(new TextEncoder().encode(`${channel} ${text}\n`));
      },
    };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}
