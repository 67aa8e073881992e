/**
 * Says whether src/proto/gen is what `deno task build:proto` makes of the
 * schema: `deno run -A tools/check_proto.ts`.
 */
import process from "node:process";

const ROOT = new URL("../", import.meta.url);
const GENERATED = "src/proto/gen/rustorium/v1/";

async function generateInto(folder: string): Promise<void> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "@bufbuild/buf/bin/buf", "generate"]
      .concat("--output", `${folder}/proto`),
    cwd: new URL("proto", ROOT),
  }).spawn().status;
  if (!success) throw new Error("buf generate failed");
}

async function textsIn(folder: URL): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for await (const { name } of Deno.readDir(folder)) {
    texts.set(name, await Deno.readTextFile(new URL(name, folder)));
  }
  return texts;
}

const scratch = await Deno.makeTempDir({ prefix: "rustorium-proto-" });
try {
  await generateInto(scratch);
  const fresh = await textsIn(new URL(`file://${scratch}/${GENERATED}`));
  const committed = await textsIn(new URL(GENERATED, ROOT));
  const names = new Set([...fresh.keys(), ...committed.keys()]);
  for (const name of names) {
    if (fresh.get(name) === committed.get(name)) continue;
    console.error(`${GENERATED}${name} is not what the schema makes`);
    process.exitCode = 1;
  }
} finally {
  await Deno.remove(scratch, { recursive: true });
}
