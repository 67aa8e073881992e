import assert from "node:assert/strict";
import { join } from "node:path";
import { createWallet } from "../../client/mod.ts";
import { defaultConfig } from "../../config/mod.ts";
import { RustoriumError } from "../../errors/mod.ts";
import { lockHome, seededRandom, systemClock } from "../../platform/mod.ts";
import {
  decodeGenesis,
  genesisText,
  isHome,
  makeDevHome,
  makeHome,
  openHome,
  resetDevHome,
} from "./mod.ts";

const maker = { clock: systemClock(), random: seededRandom(1) };

/** Runs a test with an empty directory, gone afterwards. */
function inDirectory(name: string, test: (home: string) => Promise<void>) {
  Deno.test(name, async () => {
    const directory = await Deno.makeTempDir();
    try {
      await test(join(directory, "home"));
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}

function rejectsWith(name: string) {
  return (error: unknown) => {
    assert.ok(error instanceof RustoriumError, String(error));
    assert.equal(error.codeName, name, error.message);
    return true;
  };
}

inDirectory(
  "a dev home has ten funded accounts whose keys fit, and a valid configuration",
  async (home) => {
    await makeDevHome(home, maker);
    const { config, genesisBytes, dev, validatorSeed } = await openHome(home);
    const genesis = decodeGenesis(genesisBytes);
    assert.deepEqual(config, defaultConfig());
    assert.match(genesis.chainId, /^rustorium-dev-[0-9a-f]{6}$/);
    assert.equal(dev?.accounts.length, 10);
    for (const { address, secret_key } of dev.accounts) {
      const { publicKey } = createWallet(secret_key);
      assert.equal(createWallet(secret_key).address, address);
      const entry = genesis.accounts.find((it) =>
        it.address.toHex() === publicKey.toHex()
      );
      assert.equal(entry?.balance, 10n ** 15n);
    }
    const [validator] = genesis.validators!.validators;
    assert.deepEqual(
      validator?.publicKey,
      createWallet(validatorSeed).publicKey,
    );
  },
);

inDirectory(
  "genesis accounts are ascending, and the supply is at most 2^63 − 1",
  async (home) => {
    await makeDevHome(home, maker);
    const genesis = decodeGenesis((await openHome(home)).genesisBytes);
    const addresses = genesis.accounts.map((entry) => entry.address.toHex());
    assert.deepEqual(addresses, addresses.toSorted());
    const supply = genesis.accounts.reduce(
      (sum, { balance }) => sum + balance,
      0n,
    );
    assert.ok(supply < 2n ** 63n);
  },
);

inDirectory("secret keys can be read by their owner alone", async (home) => {
  await makeDevHome(home, maker);
  for (const name of ["validator.key", "dev-accounts.json"]) {
    const { mode } = await Deno.stat(join(home, name));
    assert.equal(mode! & 0o777, 0o600, name);
  }
});

inDirectory(
  "making a home again changes nothing that is there",
  async (home) => {
    await makeDevHome(home, maker);
    const first = await openHome(home);
    await makeDevHome(home, maker);
    assert.deepEqual(await openHome(home), first);
  },
);

inDirectory(
  "a home whose making was interrupted is completed with the keys it has",
  async (home) => {
    await makeDevHome(home, maker);
    const { dev, validatorSeed } = await openHome(home);
    await Deno.remove(join(home, "genesis.json"));
    assert.equal(await isHome(home), false);
    await makeDevHome(home, maker);
    const again = await openHome(home);
    assert.deepEqual(again.dev, dev);
    assert.deepEqual(again.validatorSeed, validatorSeed);
  },
);

inDirectory(
  "a reset removes the chain, and nothing that the node did not make",
  async (home) => {
    await makeDevHome(home, maker);
    const genesis = decodeGenesis((await openHome(home)).genesisBytes);
    await Deno.mkdir(join(home, "data"));
    await Deno.writeTextFile(join(home, "data", "node.kv"), "x");
    await Deno.writeTextFile(join(home, "wal"), "x");
    for (const name of ["notes.txt", "keystore"]) {
      await Deno.mkdir(
        join(home, name),
      );
    }
    await resetDevHome(home);
    const left = (await Array.fromAsync(Deno.readDir(home))).map(({ name }) =>
      name
    );
    assert.deepEqual(left.sort(), [
      "config.toml",
      "keystore",
      "lock",
      "notes.txt",
    ]);
    await makeDevHome(home, maker);
    assert.notEqual(
      decodeGenesis((await openHome(home)).genesisBytes).chainId,
      genesis.chainId,
    );
  },
);

inDirectory(
  "a reset of a home in use, or not made by dev, is refused",
  async (home) => {
    await makeDevHome(home, maker);
    const lock = await lockHome(home);
    await assert.rejects(resetDevHome(home), rejectsWith("HOME_IN_USE"));
    lock.release();
    await Deno.remove(join(home, "dev-accounts.json"));
    await assert.rejects(resetDevHome(home), rejectsWith("USAGE"));
    assert.equal(await isHome(home), true);
  },
);

inDirectory("a reset of nothing is fine", async (home) => {
  await resetDevHome(home);
});

inDirectory(
  "the encoding of a long genesis is kept, and a changed text is read anew",
  async (home) => {
    const random = seededRandom("long");
    const accounts = Array.from({ length: 12_000 }, () => ({
      address: new Uint8Array(random.bytes(32)),
      balance: 5n,
    }));
    const made = await makeHome(home, { chainId: "long", accounts }, maker);
    const kept = async () =>
      (await Array.fromAsync(Deno.readDir(join(home, "data"))))
        .map(({ name }) => join(home, "data", name));
    for (const chainId of ["long", "longer"]) {
      const genesis = { ...made.genesis, chainId };
      await Deno.writeTextFile(
        join(home, "genesis.json"),
        genesisText(genesis),
      );
      for (const _ of ["encoded", "kept"]) {
        const { genesisBytes } = await openHome(home);
        assert.deepEqual(decodeGenesis(genesisBytes), genesis);
      }
    }
    const files = await kept();
    assert.equal(files.length, 2);
    // What is kept is what is read.
    for (const file of files) await Deno.writeFile(file, Uint8Array.of(7));
    assert.deepEqual((await openHome(home)).genesisBytes, Uint8Array.of(7));
  },
);

inDirectory("what is damaged in a home has its own code", async (home) => {
  await assert.rejects(openHome(home), rejectsWith("HOME_MISSING"));
  const made = await makeHome(home, { chainId: "x", accounts: [] }, maker);
  const good = genesisText(made.genesis);
  const cases: [string, string, string][] = [
    ["genesis.json", "{", "GENESIS_INVALID"],
    ["genesis.json", '{"unknownField":1}', "GENESIS_INVALID"],
    ["genesis.json", good, ""],
    ["validator.key", '{"secret_key":"00"}', "KEY_MALFORMED"],
    [
      "validator.key",
      JSON.stringify({ ...made.validator, address: "rst1x" }),
      "KEY_MALFORMED",
    ],
    ["validator.key", JSON.stringify(made.validator), ""],
    ["config.toml", "[rpc]\nport = 70000", "CONFIG_RANGE"],
  ];
  for (const [file, text, code] of cases) {
    await Deno.writeTextFile(join(home, file), text);
    if (code === "") await openHome(home);
    else await assert.rejects(openHome(home), rejectsWith(code), text);
  }
});
