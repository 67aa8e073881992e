import { resolve } from "node:path";
import { profileArgs, profileDirectory } from "../../load/mod.ts";
import { usage } from "../failure.ts";

/** Arguments of `deno run` that profile the node with a number; without a directory none. @throws USAGE unless it is empty or can be made. */
export async function profiling(
  directory: string | undefined,
): Promise<(node: number) => string[]> {
  if (directory === undefined) return () => [];
  if (Deno.build.standalone) {
    throw usage("--profile needs the sources: run it with deno run main.ts.");
  }
  const path = resolve(directory);
  try {
    await Deno.mkdir(path, { recursive: true });
    for await (const _ of Deno.readDir(path)) {
      throw usage(`${directory} is not empty; choose another --profile.`);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    throw usage(`${directory} is a file; choose another --profile.`);
  }
  return (node) => profileArgs(profileDirectory(path, node));
}
