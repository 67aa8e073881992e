import assert from "node:assert/strict";
import { join } from "node:path";
import { createWallet } from "../client/mod.ts";
import { assertFailure, inDirectory, rustorium } from "./testing.ts";

const nobody = "http://127.0.0.1:1";
const { address } = createWallet("07".repeat(32));

Deno.test("--help lists every command and the exit codes", async () => {
  const { code, stdout } = await rustorium(["--help"]);
  assert.equal(code, 0);
  for (
    const name of [
      "dev",
      "init",
      "start",
      "localnet",
      "testnet",
      "key",
      "send",
      "account",
      "tx",
      "block",
      "status",
      "validators",
      "peers",
      "replay",
      "export-genesis",
      "load",
      "simulate",
      "explain",
    ]
  ) assert.match(stdout, new RegExp(`^  ${name} `, "m"), name);
  assert.match(stdout, /^ {2}4 {2}the transaction was rejected/m);
});

Deno.test("the help of a command has its options and examples", async () => {
  const { code, stdout } = await rustorium(["send", "--help"]);
  assert.equal(code, 0);
  assert.match(stdout, /--amount <units>/);
  assert.match(stdout, /Examples:\n {2}\$ rustorium send/);
});

const mistakes: [string[], number, string][] = [
  [["bogus"], 2, "USAGE"],
  [["status", "--bogus"], 2, "USAGE"],
  [["status", "extra"], 2, "USAGE"],
  [["send"], 2, "USAGE"],
  [["account", "rst1x"], 2, "ADDRESS_MALFORMED"],
  [["tx", "12"], 2, "USAGE"],
  [["block", "-1"], 2, "USAGE"],
  [["explain", "9999"], 2, "USAGE"],
  [["dev", "--rpc-port", "70000"], 2, "USAGE"],
  [["dev", "--block-time", "1h"], 2, "USAGE"],
  [["status", "--rpc", "ftp://x"], 2, "USAGE"],
  [["status", "--rpc", nobody], 3, "RPC_UNREACHABLE"],
  [["account", address, "--rpc", nobody], 3, "RPC_UNREACHABLE"],
  [["key", "certify", "12D3"], 2, "USAGE"],
  [["key", "certify", "12D3", "--by", "x", "--days", "0"], 2, "USAGE"],
  [["testnet"], 2, "USAGE"],
  [["testnet", "--hosts", "10.0.0.1,here"], 2, "USAGE"],
  [["load", "--seconds", "0"], 2, "USAGE"],
  [["load", "--rate", "1.5"], 2, "USAGE"],
  [["load", "--accounts", "1"], 2, "USAGE"],
  [["load", "--shards", "65"], 2, "USAGE"],
  [["load", "--validators", "0"], 2, "USAGE"],
  [["simulate", "--seed", "-1"], 2, "USAGE"],
  [["simulate", "--seeds", "0"], 2, "USAGE"],
  [["simulate", "--validators", "101"], 2, "USAGE"],
  [["simulate", "--validators", "33"], 2, "USAGE"],
  [["simulate", "--hours", "x"], 2, "USAGE"],
  [["simulate", "--regions", "11"], 2, "USAGE"],
  [["simulate", "--regions", "4", "--hours", "1"], 2, "USAGE"],
  [["simulate", "--rate", "10"], 2, "USAGE"],
  [["simulate", "--genesis", "/nonexistent"], 5, "STORAGE_FAULT"],
  [["simulate", "--genesis", "x", "--validators", "4"], 2, "USAGE"],
  [["start", "--home", "/nonexistent"], 5, "HOME_MISSING"],
  [["replay", "--home", "/nonexistent"], 5, "HOME_MISSING"],
  [["export-genesis", "--home", "/nonexistent"], 5, "HOME_MISSING"],
  [
    ["send", "--from", "nobody", "--to", address, "--amount", "1"],
    2,
    "KEY_NOT_FOUND",
  ],
  [
    ["send", "--from", "07", "--to", address, "--amount", "0"],
    2,
    "AMOUNT_ZERO",
  ],
];

for (const [args, exit, name] of mistakes) {
  Deno.test(`${args.join(" ").slice(0, 60)} --json fails with ${name} and exit code ${exit}`, async () => {
    assertFailure(await rustorium([...args, "--json"]), exit, name);
  });
}

Deno.test("a failure without --json leaves stdout empty and says what to do on stderr", async () => {
  const { code, stdout, stderr } = await rustorium(["stats"]);
  assert.equal(code, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /did you mean status\?/);
  assert.match(stderr, /help:/);
});

Deno.test("--json may stand before the command", async () => {
  const ran = await rustorium(["--json", "explain", "200"]);
  assert.equal(ran.code, 0);
  assert.equal(ran.json().name, "NONCE_USED");
});

Deno.test("explain speaks Japanese when asked, or when the terminal does", async () => {
  for (
    const ran of [
      await rustorium(["explain", "NONCE_USED", "--lang", "ja"]),
      await rustorium(["explain", "200"], { env: { LANG: "ja_JP.UTF-8" } }),
    ]
  ) {
    assert.match(ran.stdout, /ナンス/);
  }
});

Deno.test("init makes a home once, with the accounts that are named", () =>
  inDirectory(async (directory) => {
    const home = join(directory, "h");
    const args = [
      "init",
      "--home",
      home,
      "--chain-id",
      "mine",
      "--account",
      `${address}=5`,
    ];
    const made = await rustorium([...args, "--json"]);
    assert.equal(made.code, 0, made.stderr);
    assert.equal(made.json().chain_id, "mine");
    const exported = await rustorium([
      "export-genesis",
      "--home",
      home,
      "--json",
    ]);
    const genesis = exported.json();
    assert.deepEqual(
      genesis.accounts.map((entry: { balance: string }) => entry.balance),
      ["5"],
    );
    assertFailure(await rustorium([...args, "--json"]), 2, "USAGE");
  }));

Deno.test("a second home gets the genesis of the first", () =>
  inDirectory(async (directory) => {
    const [one, two] = [join(directory, "1"), join(directory, "2")];
    const first = await rustorium(["init", "--home", one, "--json"]);
    const second = await rustorium([
      "init",
      "--home",
      two,
      "--genesis",
      join(one, "genesis.json"),
      "--json",
    ]);
    assert.equal(second.json().genesis_hash, first.json().genesis_hash);
    assert.notEqual(second.json().validator, first.json().validator);
  }));

Deno.test("a mistake in config.toml is one sentence with file and line", () =>
  inDirectory(async (directory) => {
    const home = join(directory, "h");
    await rustorium(["init", "--home", home]);
    await Deno.writeTextFile(join(home, "config.toml"), "[rpc]\nprt = 1\n");
    const ran = await rustorium(["start", "--home", home, "--json"]);
    assertFailure(ran, 5, "CONFIG_UNKNOWN_KEY");
    const { error } = ran.json();
    assert.equal(
      error.message,
      `${home}/config.toml:2: the key "prt" in [rpc] is not known; did you mean "port"?`,
    );
  }));

Deno.test("keys are made, imported from stdin, listed, and opened with their passphrase", () =>
  inDirectory(async (directory) => {
    const where = ["--keystore", directory, "--json"];
    const env = { RUSTORIUM_PASSPHRASE: "correct horse" };
    const made = await rustorium(["key", "new", "alice", ...where], { env });
    assert.equal(made.code, 0, made.stderr);
    assert.match(String(made.json().address), /^rst1/);
    const imported = await rustorium(["key", "import", "bob", ...where], {
      env,
      stdin: `${"07".repeat(32)}\n`,
    });
    assert.deepEqual(imported.json(), { name: "bob", address });
    const listed = await rustorium(["key", "list", ...where]);
    assert.deepEqual(listed.json(), { keys: [made.json(), imported.json()] });
    const transfer = [
      "send",
      "--from",
      "bob",
      "--to",
      address,
      "--amount",
      "1",
      "--rpc",
      nobody,
    ];
    assertFailure(
      await rustorium([...transfer, ...where], {
        env: { RUSTORIUM_PASSPHRASE: "wrong horse" },
      }),
      2,
      "PASSPHRASE_WRONG",
    );
    assertFailure(
      await rustorium([...transfer, ...where], { env }),
      3,
      "RPC_UNREACHABLE",
    );
    assertFailure(await rustorium([...transfer, ...where]), 2, "USAGE");
  }));

Deno.test("a passphrase file is read up to the end of its first line", () =>
  inDirectory(async (directory) => {
    const file = join(directory, "pass");
    await Deno.writeTextFile(file, "correct horse\nmore\n");
    const where = ["--keystore", directory, "--json"];
    const made = await rustorium([
      "key",
      "new",
      "alice",
      "--passphrase-file",
      file,
      ...where,
    ]);
    assert.equal(made.code, 0, made.stderr);
    const args = [
      "send",
      "--from",
      "alice",
      "--to",
      address,
      "--amount",
      "1",
      "--rpc",
      nobody,
    ];
    const env = { RUSTORIUM_PASSPHRASE: "correct horse" };
    assertFailure(
      await rustorium([...args, ...where], { env }),
      3,
      "RPC_UNREACHABLE",
    );
  }));
