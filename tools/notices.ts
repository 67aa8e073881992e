/**
 * Writes THIRD-PARTY-NOTICES.md: `deno task build:notices`. Needs cargo, and
 * the packages in its and Deno's caches. The Rust crates are those compiled
 * into core-wasm/pkg, which is distributed with this repository; the npm
 * packages are downloaded by Deno and are part of `deno task dist` only.
 */
import { type Crate, linkedCrates } from "./notices/crates.ts";
import { lockedPackages, type Package } from "./notices/packages.ts";
import { licenceTexts, type SharedText } from "./notices/texts.ts";

const FILE = new URL("../THIRD-PARTY-NOTICES.md", import.meta.url);

const INTRO = `# Third-party notices

Rustorium is under the [MIT licence](LICENSE). It builds on the work of others. This file is written by \`deno task build:notices\`.

## Malachite

The consensus engine inside \`core-wasm/pkg\` is the core of [Malachite](https://github.com/circlefin/malachite) (crates \`arc-malachitebft-core-*\`, version 0.8.2), © the Malachite authors, under the Apache License 2.0. It is compiled from the published crates with **one change**: \`tools/malachite-no-clock.patch\` replaces \`std::time::Instant\`, which does not exist in WebAssembly, by a stand-in that never advances. The patch is applied to a copy while building; the sources themselves are not part of this repository.

\`src/consensus/testing/quint/traces\` are traces of the same authors' specification of the protocol (\`specs/consensus/quint\`, Apache License 2.0), made by \`tools/quint_traces.ts\`, which names the commit; tests replay them.

## The single file and the image

What \`deno task dist\` makes also contains the runtime [Deno](https://deno.com), © the Deno authors, under the MIT licence, and the npm packages that the node uses, each with its own licence text beside it in \`node_modules\`.
`;

function crateTable(crates: Crate[]): string {
  return [
    "## Rust crates compiled into the WebAssembly package\n",
    "| Crate | Version | Licence |\n|---|---|---|",
    ...crates.map(({ name, version, licence }) =>
      `| [${name}](https://crates.io/crates/${name}) | ${version} | ${licence} |`
    ),
  ].join("\n");
}

function packageTable(packages: Package[]): string {
  return [
    "## npm packages that the node and its tools use\n",
    "| Package | Version | Licence |\n|---|---|---|",
    ...packages.map(({ name, version, licence }) =>
      `| [${name}](https://www.npmjs.com/package/${name}) | ${version} | ${licence} |`
    ),
  ].join("\n");
}

function textSection({ names, text }: SharedText): string {
  return `### ${names.join(", ")}\n\n\`\`\`text\n${text}\n\`\`\``;
}

const crates = await linkedCrates();
const packages = await lockedPackages();
await Deno.writeTextFile(
  FILE,
  [
    INTRO,
    crateTable(crates),
    packageTable(packages),
    "## Licence texts of the Rust crates\n",
    ...licenceTexts(crates).map(textSection),
  ].join("\n\n").replace(/\n{3,}/g, "\n\n") + "\n",
);
await new Deno.Command(Deno.execPath(), {
  args: ["fmt", "--quiet", FILE.pathname],
})
  .output();
console.log(`${crates.length} crates, ${packages.length} packages`);
