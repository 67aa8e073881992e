import assert from "node:assert/strict";
import { RustoriumError } from "../errors/mod.ts";
import { defaultConfig, parseConfig } from "./mod.ts";

/** The error that `text` causes, as `CODE message`. */
function refusal(text: string): string {
  try {
    parseConfig(text, "config.toml");
  } catch (error) {
    assert.ok(error instanceof RustoriumError, String(error));
    return `${error.codeName} ${error.message}`;
  }
  return "accepted";
}

Deno.test("an empty file has every default", () => {
  assert.deepEqual(parseConfig("", "config.toml"), defaultConfig());
  assert.equal(defaultConfig().rpc.port, 26657);
  assert.equal(defaultConfig().consensus.block_time_ms, 40);
});

Deno.test("the example of the QUIC document is accepted, and says the defaults", () => {
  const text = `
[network]
max_peers = 50
target_outbound = 8
handshake_timeout_ms = 5000
idle_timeout_ms = 30000
keep_alive_interval_ms = 10000

[network.quic]
max_concurrent_streams = 100
initial_rtt_ms = 100
max_stream_data = 1048576
max_data = 10485760
`;
  assert.deepEqual(parseConfig(text, "config.toml"), defaultConfig());
});

Deno.test("dotted keys and inline tables mean the same as tables", () => {
  const quic = { max_data: 20971520, max_stream_data: 2097152 };
  for (
    const text of [
      "[network.quic]\nmax_data = 20_971_520\nmax_stream_data = 0x200000",
      "network.quic.max_data = 20971520\nnetwork.quic.max_stream_data = 2097152",
      "[network]\nquic = { max_data = 20971520, max_stream_data = 2097152 }",
      '"network"."quic" = { max_data = 20971520, max_stream_data = 2097152 }',
    ]
  ) {
    assert.deepEqual(
      parseConfig(text, "config.toml").network.quic,
      { ...defaultConfig().network.quic, ...quic },
      text,
    );
  }
});

const refused: Record<string, [string, string]> = {
  "an unknown key near a known one": [
    "[network]\nmax_peers = 50\nmax_peer = 3",
    'CONFIG_UNKNOWN_KEY config.toml:3: the key "max_peer" in [network] is not known; did you mean "max_peers"?',
  ],
  "an unknown key of another table": [
    "port = 1",
    'CONFIG_UNKNOWN_KEY config.toml:1: the key "port" is not known; did you mean "port" in [rpc]?',
  ],
  "an unknown table": [
    "\n[netwrk]\nmax_peers = 1",
    'CONFIG_UNKNOWN_KEY config.toml:2: the key "netwrk" is not known; did you mean [network]?',
  ],
  "an unknown key near nothing": [
    "[log]\nzzzzzzzz = 1",
    'CONFIG_UNKNOWN_KEY config.toml:2: the key "zzzzzzzz" in [log] is not known.',
  ],
  "a key like those of every object": [
    "[rpc]\n__proto__ = 1",
    'CONFIG_UNKNOWN_KEY config.toml:2: the key "__proto__" in [rpc] is not known.',
  ],
  "a text instead of a number": [
    '[rpc]\nport = "26657"',
    'CONFIG_TYPE config.toml:2: rpc.port must be a whole number from 0 to 65535, not the text "26657".',
  ],
  "a fraction": [
    "[rpc]\nport = 1.5",
    "CONFIG_TYPE config.toml:2: rpc.port must be a whole number from 0 to 65535, not 1.5.",
  ],
  "no number": [
    "[rpc]\nport = nan",
    "CONFIG_TYPE config.toml:2: rpc.port must be a whole number from 0 to 65535, not NaN.",
  ],
  "a number instead of a word": [
    "[log]\nlevel = 3",
    'CONFIG_TYPE config.toml:2: log.level must be one of "debug", "info", "warn", "error", not 3.',
  ],
  "a value instead of a table": [
    "network = 3",
    "CONFIG_TYPE config.toml:1: network must be a table, not 3.",
  ],
  "a list of tables instead of a table": [
    "[[network]]\nmax_peers = 3",
    "CONFIG_TYPE config.toml:1: network must be a table, not a list of 1.",
  ],
  "a date": [
    "[rpc]\nhost = 2026-01-01",
    "CONFIG_TYPE config.toml:2: rpc.host must be a text of 1 to 255 letters in quotes, not a date.",
  ],
  "a list with something else": [
    '[rpc]\nhosts = ["a", 3]',
    "CONFIG_TYPE config.toml:2: rpc.hosts must be a list of texts in quotes, at most 100, not a list with 3.",
  ],
  "an empty text": [
    '[rpc]\nhost = ""',
    'CONFIG_RANGE config.toml:2: rpc.host must be a text of 1 to 255 letters in quotes, not the text "".',
  ],
  "a number that is too small": [
    "[network]\nmax_peers = 0",
    "CONFIG_RANGE config.toml:2: network.max_peers must be a whole number from 1 to 10000, not 0.",
  ],
  "a number beyond what is exact": [
    "[network]\nmax_peers = 9223372036854775807",
    "CONFIG_RANGE config.toml:2: network.max_peers must be a whole number from 1 to 10000, not 9223372036854776000.",
  ],
  "an unknown word": [
    '[log]\nlevel = "inof"',
    'CONFIG_RANGE config.toml:2: log.level must be one of "debug", "info", "warn", "error", not the text "inof"; did you mean "info"?',
  ],
  "two keys that contradict each other": [
    "[network]\nmax_peers = 4\ntarget_outbound = 5",
    "CONFIG_RANGE config.toml:3: network.target_outbound must be at most network.max_peers.",
  ],
  "a bootstrap peer that is no address": [
    '[p2p]\nbootstrap = ["127.0.0.1:26656"]',
    "CONFIG_RANGE config.toml:2: p2p.bootstrap must be addresses like /ip4/203.0.113.7/udp/26656/quic-v1/p2p/12D3KooW….",
  ],
  "an allowed peer that is no peer id": [
    '[p2p]\nallow = ["/ip4/127.0.0.1"]',
    "CONFIG_RANGE config.toml:2: p2p.allow must be peer ids like 12D3KooW….",
  ],
  "a persistent peer without its id": [
    '[p2p]\npersistent_peers = ["/ip4/127.0.0.1/udp/1/quic-v1"]',
    "CONFIG_RANGE config.toml:2: p2p.persistent_peers must be addresses with ids like /ip4/203.0.113.7/udp/26656/quic-v1/p2p/12D3KooW….",
  ],
  "a node that is to connect with nobody": [
    '[p2p]\nconnect = "persistent"',
    "CONFIG_RANGE config.toml:2: p2p.connect must be any where p2p.persistent_peers names nobody.",
  ],
  "a node that is to be seen by nobody, and by all": [
    '[p2p]\nmdns = "on"\nconnect = "persistent"\npersistent_peers = ["/ip4/127.0.0.1/udp/1/quic-v1/p2p/12D3KooWAbc"]',
    'CONFIG_RANGE config.toml:2: p2p.mdns must be off where p2p.connect is "persistent".',
  ],
  "a private peer that is no peer id": [
    '[p2p]\nprivate_peers = ["me"]',
    "CONFIG_RANGE config.toml:2: p2p.private_peers must be peer ids like 12D3KooW….",
  ],
  "an authority that is no key": [
    '[p2p]\nauthorities = ["me"]',
    "CONFIG_RANGE config.toml:2: p2p.authorities must be public keys of 64 hexadecimal digits.",
  ],
  "a revoked node that is no peer id": [
    '[p2p]\nrevoked = ["me"]',
    "CONFIG_RANGE config.toml:2: p2p.revoked must be peer ids like 12D3KooW….",
  ],
  "a key twice": [
    "[rpc]\nport = 1\nport = 2",
    "CONFIG_SYNTAX config.toml:3: this is not valid TOML (Defining a key multiple times is invalid).",
  ],
};

for (const [what, [text, expected]] of Object.entries(refused)) {
  Deno.test(`${what} is refused in one sentence with file and line`, () => {
    assert.equal(refusal(text), expected);
  });
}

Deno.test("bootstrap peers are named by address, by host name, or by their TXT records", () => {
  const bootstrap = [
    "/ip4/203.0.113.7/udp/26656/quic-v1",
    "/ip6/2001:db8::1/udp/26656/quic-v1/p2p/12D3KooWAbc",
    "/dns4/node-1.example.org/udp/26656/quic-v1/p2p/12D3KooWAbc",
    "/dns/localhost/udp/1/quic-v1",
    "/dnsaddr/example.org",
  ];
  const text = `[p2p]\nbootstrap = ${JSON.stringify(bootstrap)}`;
  assert.deepEqual(parseConfig(text, "config.toml").p2p.bootstrap, bootstrap);
});

Deno.test("of several mistakes the topmost is named", () => {
  const text = "[rpc]\nhost = 3\nhots = 3\n[log]\nlevel = 1";
  assert.match(refusal(text), /config\.toml:2: rpc\.host/);
});

Deno.test("garbage is CONFIG_SYNTAX", () => {
  for (
    const text of [
      "[",
      "a",
      "a = ",
      "\u0000",
      "a = 'x",
      "[a]]",
      "= 1",
      "\ud800",
    ]
  ) {
    assert.match(
      refusal(text),
      /^CONFIG_SYNTAX config\.toml:1: .*\.$/s,
      JSON.stringify(text),
    );
  }
});
