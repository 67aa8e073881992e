/** The image and the network of images, without an engine: their files are valid, and their steps work. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { DCLinter } from "dclint";
import { validate } from "dockerfile-utils";
import { parse } from "yaml";
import { createClient } from "../../mod.ts";
import type { DevAccount } from "../harness.ts";
import { readLines } from "../support/lines.ts";
import { buildImage, commandIn, type Image, outside, runIn } from "./image.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const COMPOSE = `${ROOT}deploy/compose.yaml`;

interface Service {
  command?: string[];
  environment?: Record<string, string>;
  networks?: { chain: { ipv4_address: string } };
}

const services: Record<string, Service> = parse(
  fs.readFileSync(COMPOSE, "utf8"),
  { merge: true },
).services;
const validators = Object.values(services)
  .filter(({ networks }) => networks !== undefined);

Deno.test("Dockerfile: valid, and no base image floats", () => {
  const text = fs.readFileSync(`${ROOT}Dockerfile`, "utf8");
  assert.deepEqual(validate(text), []);
  for (const [, image] of text.matchAll(/^FROM (\S+)/gm)) {
    assert.match(image!, /^[\w./-]+:[\w.-]*\d[\w.-]*$/);
  }
});

Deno.test("compose.yaml: valid by the schema, without a linter's complaint", () => {
  const linter = new DCLinter({
    // Matters of taste, or of another formatter.
    rules: {
      "require-quotes-in-ports": 0,
      "service-keys-order": 0,
      "top-level-properties-order": 0,
    },
    exclude: [],
    quiet: false,
    debug: false,
  });
  const [file] = linter.lintFiles([COMPOSE], false);
  assert.deepEqual(file!.messages, []);
  assert.equal(validators.length, 4);
});

/** Every address of the compose file as one of this machine, in a range drawn for this run. */
function loopback(): (text: string) => string {
  const [a, b] = crypto.getRandomValues(new Uint8Array(2));
  return (text) => text.replaceAll("172.28.26.", `127.${a! % 200 + 10}.${b}.`);
}

/** A container has addresses of its own; here each node gets one of this machine's. */
function listenOnlyOn(host: string, home: string): void {
  const file = `${home}/config.toml`;
  const text = fs.readFileSync(file, "utf8");
  assert.match(text, /\[rpc\]\nhost = "0\.0\.0\.0"/);
  fs.writeFileSync(
    file,
    text.replace("0.0.0.0", host).replace("[p2p]", `[p2p]\nhost = "${host}"`),
  );
}

Deno.test("the steps of the image work, and four of it are a network", async () => {
  const directory = Deno.makeTempDirSync({ prefix: "rustorium-image-" });
  const running: Deno.ChildProcess[] = [];
  try {
    // The user of the image must get there.
    fs.chmodSync(directory, 0o755);
    const image = await buildImage(directory);
    const { entrypoint, cmd } = image;
    assert.deepEqual(await healthOf(image, "http://127.0.0.1:1"), 1);

    const here = loopback();
    const command = services.homes!.command!
      .map((word) => outside(image, here(word)));
    const made = await runIn(image, [...entrypoint, ...command]);
    assert.equal(made.code, 0, made.stdout + made.stderr);
    const { existed, accounts } = JSON.parse(made.stdout);
    assert.equal(existed, false);
    const again = await runIn(image, [...entrypoint, ...command]);
    assert.equal(JSON.parse(again.stdout).existed, true, again.stderr);

    const urls: string[] = [];
    for (const { environment, networks } of validators) {
      const host = here(networks!.chain.ipv4_address);
      listenOnlyOn(host, outside(image, environment!.RUSTORIUM_HOME!));
      urls.push(`http://${host}:26657`);
      running.push(
        commandIn(image, [...entrypoint, ...cmd, "--json"], environment)
          .spawn(),
      );
    }
    for (const child of running) {
      const story = readLines(child.stderr);
      const line = await readLines(child.stdout).next();
      assert.match(line ?? "", /"event":"ready"/, `${line}\n${story.tail()}`);
    }
    for (const url of urls) assert.equal(await healthOf(image, url), 0);
    await pay(image, urls, accounts);
    for (const child of running) child.kill("SIGTERM");
    for (const child of running) assert.equal((await child.status).code, 0);
  } finally {
    for (const child of running) {
      try {
        child.kill("SIGKILL");
      } catch {
        // Ended already.
      }
      await child.status;
    }
    fs.rmSync(directory, { recursive: true });
  }
});

/** The exit code of the image's own health check, for the node at `url`. */
async function healthOf(image: Image, url: string): Promise<number> {
  const args = ["sh", "-c", image.health];
  return (await runIn(image, args, { RUSTORIUM_RPC: url })).code;
}

/** One transfer through the first node, seen by the last. */
async function pay(
  image: Image,
  urls: string[],
  [from, to]: DevAccount[],
): Promise<void> {
  const sent = await runIn(image, [
    ...[...image.entrypoint, "send", "--from", from!.secret_key],
    ...["--to", to!.address, "--amount", "7", "--rpc", urls[0]!, "--json"],
  ]);
  assert.equal(sent.code, 0, sent.stdout + sent.stderr);
  const { height, hash } = JSON.parse(sent.stdout);
  const last = createClient({ url: urls.at(-1)! });
  while ((await last.status()).executedHeight < BigInt(height)) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.equal((await last.transaction(hash)).code, 0);
}
