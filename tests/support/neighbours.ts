/** Homes of a localnet whose nodes connect with some others only. */
import { join } from "node:path";
import { openLocalnet } from "../../src/cli/localnet/mod.ts";

const BOOTSTRAP = /^bootstrap = (.*)$/m;
const ALLOW = /^allow = .*\n/m;

export interface Place {
  home: string;
  /** Where it listens, with its peer id. */
  address: string;
}

/** Makes the homes of `count` validators under `directory`. */
export async function makeHomes(
  directory: string,
  count: number,
): Promise<Place[]> {
  const { nodes } = await openLocalnet(directory, {
    validators: count,
    slow: false,
  });
  // Each names all others, in their order.
  const lists = await Promise.all(nodes.map(({ home }) => bootstrapOf(home)));
  return nodes.map(({ home }, n) => ({
    home,
    address: n === 0 ? lists[1]![0]! : lists[0]![n - 1]!,
  }));
}

/** Lets the node of `place` connect with `others` and nobody else. */
export async function connectOnly(place: Place, others: Place[]) {
  const path = join(place.home, "config.toml");
  const text = (await Deno.readTextFile(path)).replace(ALLOW, "");
  const addresses = others.map(({ address }) => address);
  const ids = addresses.map((address) => address.split("/").at(-1)!);
  const lines = `bootstrap = ${JSON.stringify(addresses)}\n` +
    `allow = ${JSON.stringify(ids)}`;
  await Deno.writeTextFile(path, text.replace(BOOTSTRAP, lines));
}

async function bootstrapOf(home: string): Promise<string[]> {
  const text = await Deno.readTextFile(join(home, "config.toml"));
  return JSON.parse(BOOTSTRAP.exec(text)![1]!);
}
