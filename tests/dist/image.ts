/**
 * Follows the Dockerfile in plain folders, one for each stage: the same copies,
 * the same commands, the same user, where there is no engine for containers.
 * Base images are left out: their programs are those of this machine.
 */
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import {
  type Copy,
  DockerfileParser,
  From,
  type Healthcheck,
  type Instruction,
  JSONInstruction,
  type PropertyInstruction,
} from "dockerfile-ast";

const ROOT = new URL("../../", import.meta.url).pathname;
const PROGRAMS = "/usr/local/bin:/usr/bin:/bin";
const IS_ROOT = Deno.uid() === 0;

/** One stage, and at the end the image. */
export interface Image {
  /** What is `/` inside. */
  root: string;
  workdir: string;
  env: Record<string, string>;
  /** uid:gid */
  user: string;
  entrypoint: string[];
  cmd: string[];
  /** The command line of the health check. */
  health: string;
}

/** `text` with the absolute paths of the image as paths of this machine. */
export function outside({ root }: Image, text: string): string {
  return text.replace(
    /(^|[\s=:])(\/(?:opt|out|source|var)\/?)/g,
    (_, before: string, start: string) => `${before}${root}${start}`,
  );
}

/** Builds all stages under `directory`. Gives the last. */
export async function buildImage(directory: string): Promise<Image> {
  const stages = new Map<string, Image>();
  let image: Image | undefined;
  const text = fs.readFileSync(`${ROOT}Dockerfile`, "utf8");
  for (const step of DockerfileParser.parse(text).getInstructions()) {
    if (step instanceof From) {
      image = newStage(`${directory}/stage${stages.size}`, stages.size === 0);
      stages.set(step.getBuildStage() ?? "", image);
    } else {
      assert.ok(image);
      await follow(step, image, stages);
    }
  }
  return image!;
}

function newStage(root: string, hasDeno: boolean): Image {
  fs.mkdirSync(root);
  const deno = hasDeno ? `${path.dirname(Deno.execPath())}:` : "";
  return {
    root,
    workdir: "/",
    env: { PATH: deno + PROGRAMS, HOME: Deno.env.get("HOME") ?? root },
    user: "0:0",
    entrypoint: [],
    cmd: [],
    health: "",
  };
}

async function follow(
  step: Instruction,
  image: Image,
  stages: Map<string, Image>,
): Promise<void> {
  const rest = step.getArgumentsContent() ?? "";
  switch (step.getKeyword()) {
    case "WORKDIR":
      image.workdir = rest;
      fs.mkdirSync(image.root + rest, { recursive: true });
      return;
    case "ENV":
      return setAll(image, step as PropertyInstruction);
    case "COPY":
      return copy(step as Copy, image, stages);
    case "RUN": {
      // Only root can give a folder away.
      const line = IS_ROOT ? rest : rest.replace(/ -[og] \d+/g, "");
      const ran = await runIn(image, ["sh", "-c", outside(image, line)]);
      return assert.equal(ran.code, 0, `${rest}\n${ran.stderr}`);
    }
    case "USER":
      image.user = rest;
      return;
    case "HEALTHCHECK": {
      const line = /\bCMD (.+)$/s.exec((step as Healthcheck).getTextContent());
      image.health = line![1]!;
      return;
    }
    case "ENTRYPOINT":
      image.entrypoint = words(step);
      return;
    case "CMD":
      image.cmd = words(step);
      return;
    case "EXPOSE":
    case "LABEL":
    case "STOPSIGNAL":
    case "VOLUME":
      return;
    default:
      assert.fail(`this test does not know ${step.getKeyword()}`);
  }
}

/** Of the exec form only: in the shell form a shell would get the signals. */
function words(step: Instruction): string[] {
  assert.ok(step instanceof JSONInstruction && step.getOpeningBracket());
  return step.getJSONStrings().map((one) => one.getJSONValue());
}

function setAll(image: Image, step: PropertyInstruction): void {
  for (const property of step.getProperties()) {
    const value = property.getUnescapedValue() ?? "";
    image.env[property.getName()] = outside(image, value)
      .replaceAll("$PATH", image.env.PATH!);
  }
}

function copy(step: Copy, image: Image, stages: Map<string, Image>): void {
  const from = step.getFromFlag()?.getValue();
  const source = from ? stages.get(from)?.root : undefined;
  const names = step.getArguments().map((one) => one.getValue());
  const to = names.pop()!;
  const target = path.join(image.root, path.resolve(image.workdir, to));
  for (const name of names) {
    if (!source) assertInContext(name);
    const full = path.join(source ?? ROOT, name);
    const whole = fs.statSync(full).isDirectory();
    fs.cpSync(full, whole ? target : path.join(target, path.basename(name)), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) => source !== undefined || !file.endsWith("_test.ts"),
    });
  }
}

/** What `.dockerignore` leaves out never reaches a build. */
function assertInContext(name: string): void {
  const lines = fs.readFileSync(`${ROOT}.dockerignore`, "utf8").split("\n");
  assert.ok(lines.includes(`!${name}`), `.dockerignore leaves out ${name}`);
}

/** A command in the image, as its user. */
export function commandIn(
  image: Image,
  args: readonly string[],
  env: Record<string, string> = {},
): Deno.Command {
  const [uid, gid] = image.user.split(":");
  const as = IS_ROOT
    ? ["setpriv", "--reuid", uid!, "--regid", gid!, "--clear-groups"]
    : [];
  const all = Object.entries({ ...image.env, ...env });
  const [program, ...others] = [...as, ...args];
  return new Deno.Command(program!, {
    args: others,
    cwd: image.root + image.workdir,
    clearEnv: true,
    env: Object.fromEntries(
      all.map((
        [name, value],
      ) => [name, name === "PATH" ? value : outside(image, value)]),
    ),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Runs a command in the image to its end. */
export async function runIn(
  image: Image,
  args: readonly string[],
  env: Record<string, string> = {},
) {
  const output = await commandIn(image, args, env).output();
  const [stdout, stderr] = [output.stdout, output.stderr]
    .map((bytes) => new TextDecoder().decode(bytes).trimEnd());
  return { code: output.code, stdout: stdout!, stderr: stderr! };
}
