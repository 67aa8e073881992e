/** Running the programs that build the core. */

export interface ShellOptions {
  cwd?: string;
  env?: Record<string, string>;
}

/** Runs a program whose output the reader wants to see. */
export async function run(
  program: string,
  args: readonly string[],
  options: ShellOptions = {},
): Promise<void> {
  const { success, code } = await new Deno.Command(program, {
    args: [...args],
    ...options,
    stdout: "inherit",
    stderr: "inherit",
  }).spawn().status;
  if (!success) {
    throw new Error(`${program} ${args.join(" ")} ended with ${code}`);
  }
}

/** What a program prints; undefined when it is missing or fails. */
export async function capture(
  program: string,
  args: readonly string[],
  options: ShellOptions = {},
): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command(program, {
      args: [...args],
      ...options,
      stdout: "piped",
      stderr: "null",
    }).output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
