import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ErrorCode, RustoriumError } from "../errors/mod.ts";
import { nodeFlags } from "./permissions.ts";

const PROGRAM = fileURLToPath(new URL("../../", import.meta.url));
const STORY_CHARACTERS_MAX = 100_000;
const LINE_CHARACTERS_MAX = 10_000;

export interface NodeProcessOptions {
  /** Of `start`, besides home and form. */
  args?: readonly string[];
  /** Whether Ctrl-C in the terminal is kept from it: whoever started it ends it. */
  detached?: boolean;
  /** Of `deno run`, before the program. */
  runtimeArgs?: readonly string[];
  /** Whether it may do only what a node must; it cannot name its threads then. */
  confined?: boolean;
  /** Gets what the node says on stderr. */
  onStory?: (text: string) => void;
}

/** The process of a node on a home that exists. */
export class NodeProcess {
  readonly #child: Deno.ChildProcess;
  readonly #firstLine = Promise.withResolvers<string>();
  /** Resolves when both of its outputs are at their end. */
  readonly #heard: Promise<unknown>;
  #lastLine = "";
  #story = "";

  private constructor(
    child: Deno.ChildProcess,
    onStory: (text: string) => void,
  ) {
    this.#child = child;
    this.#heard = Promise.all([
      this.#read(child.stdout),
      this.#listen(child.stderr, onStory),
    ]);
  }

  /** Runs `start`; on any free port unless the arguments say otherwise. */
  static start(
    home: string,
    options: NodeProcessOptions = {},
  ): NodeProcess {
    const { args = ["--rpc-port", "0"], runtimeArgs = [] } = options;
    const { detached = false, confined = false } = options;
    const { onStory = () => {} } = options;
    const flags = confined ? confinedTo(home) : ["-A"];
    const program = Deno.build.standalone
      ? []
      : ["run", ...flags, ...runtimeArgs, `${PROGRAM}main.ts`];
    const child = new Deno.Command(Deno.execPath(), {
      args: [...program, "start", "--home", home, "--json", ...args],
      detached,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    return new NodeProcess(child, onStory);
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Its exit code, once it has ended and all it said was read. */
  get ended(): Promise<number> {
    const { status } = this.#child;
    return Promise.all([status, this.#heard]).then(([{ code }]) => code);
  }

  /** The end of what it said on stderr. */
  get story(): string {
    return this.#story;
  }

  /** What it ended with, in a word; its last line says so where it could not go on. */
  get reason(): string | undefined {
    try {
      const { error } = JSON.parse(this.#lastLine);
      return error && `${error.name}: ${error.message}`;
    } catch {
      return undefined;
    }
  }

  /** Where it answers, once it does. */
  async ready(): Promise<{ rpc: string; p2p: string[]; chain_id: string }> {
    const ready = JSON.parse(await this.#firstLine.promise || "{}");
    if (ready.event === "ready") return ready;
    await this.ended;
    throw new RustoriumError(ErrorCode.RPC_UNREACHABLE, {
      message: "A node did not start.",
      detail: { ...ready, said: this.#story },
    });
  }

  /** Ends it in order. */
  async stop(): Promise<void> {
    this.#signal("SIGTERM");
    await this.#child.status;
  }

  /** Ends it at once, if it has not ended. */
  async kill(): Promise<void> {
    this.#signal("SIGKILL");
    await this.#child.status;
  }

  #signal(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch (error) {
      // Ended already.
      if (!(error instanceof TypeError)) throw error;
    }
  }

  /** All of it, so that the writer never waits. */
  async #read(stdout: ReadableStream<Uint8Array>): Promise<void> {
    let text = "";
    for await (const part of stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (text + part).split("\n");
      text = lines.pop()!.slice(0, LINE_CHARACTERS_MAX);
      if (lines.length === 0) continue;
      this.#firstLine.resolve(lines[0]!);
      this.#lastLine = lines.at(-1)!;
    }
    this.#firstLine.resolve(text);
  }

  async #listen(
    stderr: ReadableStream<Uint8Array>,
    onStory: (text: string) => void,
  ): Promise<void> {
    for await (const text of stderr.pipeThrough(new TextDecoderStream())) {
      onStory(text);
      this.#story = (this.#story + text).slice(-STORY_CHARACTERS_MAX);
    }
  }
}

/** Flags for the node of `home`, with the packages where Deno found them. */
function confinedTo(home: string): string[] {
  const quic = fileURLToPath(import.meta.resolve("@chainsafe/libp2p-quic"));
  const packages = quic.slice(0, quic.indexOf("@chainsafe"));
  return nodeFlags({ program: PROGRAM, packages, home: resolve(home) });
}
