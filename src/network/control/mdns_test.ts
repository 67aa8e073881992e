import assert from "node:assert/strict";

/** A network of its own, in which multicast reaches nobody else: Linux with user namespaces. */
const ALONE = [
  "ip link set lo up",
  "ip link set lo multicast on",
  "ip addr add 10.9.9.1/24 dev lo",
  "ip route add 224.0.0.0/4 dev lo",
];
const PROGRAM = new URL("../testing/mdns.ts", import.meta.url).pathname;
const FOUND = new Set(["1 has 1", "2 has 1"]);

function alone(script: string, stdout: "piped" | "null") {
  return new Deno.Command("unshare", {
    args: ["-rn", "sh", "-c", [...ALONE, script].join(" && ")],
    ...{ stdout, stderr: "null" },
  }).spawn();
}

Deno.test("on a local network nodes of one chain find each other, and nobody of another", async () => {
  const canBeAlone = await (async () => {
    try {
      return (await alone("true", "null").status).success;
    } catch {
      return false;
    }
  })();
  if (!canBeAlone) return console.log("needs user namespaces");
  const child = alone(
    `exec ${Deno.execPath()} run -A ${PROGRAM} 10.9.9.1`,
    "piped",
  );
  const lines: string[] = [];
  let text = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    lines.splice(0, Infinity, ...text.split("\n").filter(Boolean));
    if (FOUND.difference(new Set(lines)).size === 0) break;
  }
  child.kill("SIGKILL");
  await child.status;
  assert.deepEqual(new Set(lines), FOUND);
});
