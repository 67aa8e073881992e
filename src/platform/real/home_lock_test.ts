import assert from "node:assert/strict";
import { lockHome } from "./home_lock.ts";

async function withHome(body: (home: string) => Promise<void>) {
  const home = await Deno.makeTempDir();
  await body(home);
  await Deno.remove(home, { recursive: true });
}

Deno.test("a second lock on a home is HOME_IN_USE with the holder's pid, until it is released", () =>
  withHome(async (home) => {
    const lock = await lockHome(home);
    await assert.rejects(lockHome(home), {
      codeName: "HOME_IN_USE",
      detail: { home, pid: Deno.pid },
    });
    lock.release();
    (await lockHome(home)).release();
  }));

Deno.test("a lock file that a killed process left behind does not count", () =>
  withHome(async (home) => {
    const door = new URL("./home_lock.ts", import.meta.url);
    const code = `import { lockHome } from "${door}";
      await lockHome("${home}"); console.log("held"); setInterval(() => {}, 1000);`;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-check", code],
      stdout: "piped",
    }).spawn();
    const output = child.stdout.getReader();
    await output.read();
    await assert.rejects(lockHome(home), { detail: { home, pid: child.pid } });
    child.kill("SIGKILL");
    await child.status;
    await output.cancel();
    (await lockHome(home)).release();
  }));

Deno.test("a home that is not there is STORAGE_FAULT", () =>
  withHome((home) =>
    assert.rejects(lockHome(`${home}/none`), { codeName: "STORAGE_FAULT" })
  ));
