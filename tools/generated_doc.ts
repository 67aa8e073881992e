/** What the writers of generated documents share. */

const ROOT = new URL("../", import.meta.url);

/** One row of a Markdown table. */
export function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** Aligns the tables, so that `deno fmt --check` is content with what is written. */
async function format(markdown: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "md", "-"],
    cwd: ROOT,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(markdown));
  await writer.close();
  return new TextDecoder().decode((await child.output()).stdout);
}

async function current(path: URL): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * Writes a document, named from the repository's root. With `--check` on the
 * command line it only compares, and the process will exit with 1 when the
 * document is out of date.
 */
export async function writeDocument(file: string, markdown: string) {
  const path = new URL(file, ROOT);
  const text = await format(markdown);
  if (await current(path) === text) return;
  if (Deno.args.includes("--check")) {
    console.error(`${file} is out of date; run: deno task build:docs`);
    Deno.exitCode = 1;
    return;
  }
  await Deno.mkdir(new URL(".", path), { recursive: true });
  await Deno.writeTextFile(path, text);
  console.error(`wrote ${file}`);
}
