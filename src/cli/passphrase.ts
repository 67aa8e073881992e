import type { PassphraseOptions } from "./command.ts";
import { usage } from "./failure.ts";
import { write } from "./output.ts";

/**
 * The passphrase: the first line of --passphrase-file, else RUSTORIUM_PASSPHRASE, else what is
 * typed at a terminal. A new one is asked for twice.
 */
export async function passphraseFrom(
  { passphraseFile }: PassphraseOptions,
  { fresh = false } = {},
): Promise<string> {
  if (passphraseFile !== undefined) {
    const text = await Deno.readTextFile(passphraseFile);
    return text.split(/\r?\n/, 1)[0]!;
  }
  const given = Deno.env.get("RUSTORIUM_PASSPHRASE");
  if (given !== undefined) return given;
  if (!Deno.stdin.isTerminal()) {
    throw usage(
      "The key needs a passphrase: give --passphrase-file or set RUSTORIUM_PASSPHRASE.",
    );
  }
  const first = await typed("Passphrase: ");
  if (fresh && first !== await typed("Again: ")) {
    throw usage("The two passphrases differ; try again.");
  }
  return first;
}

/** A line that is typed without being shown. Ctrl-C ends the process. */
async function typed(prompt: string): Promise<string> {
  write(Deno.stderr, prompt);
  Deno.stdin.setRaw(true);
  try {
    return await readHidden();
  } finally {
    Deno.stdin.setRaw(false);
    write(Deno.stderr, "\n");
  }
}

async function readHidden(): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(1024);
  let text = "";
  while (true) {
    const length = await Deno.stdin.read(buffer);
    if (length === null) return text;
    for (
      const letter of decoder.decode(buffer.subarray(0, length), {
        stream: true,
      })
    ) {
      if (letter === "\r" || letter === "\n") return text;
      if (letter === "\x03") throw usage("Cancelled.");
      text = letter === "\x7f" || letter === "\b"
        ? [...text].slice(0, -1).join("")
        : text + letter;
    }
  }
}
