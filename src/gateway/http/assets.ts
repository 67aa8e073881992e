import { allErrors } from "../../errors/mod.ts";
import { hashOf } from "../../client/mod.ts";
import { empty } from "./reply.ts";

/** A file of the page, held in memory. */
interface Asset {
  bytes: Uint8Array<ArrayBuffer>;
  type: string;
  etag: string;
}

/** Files by their path in the URL. */
export type Assets = ReadonlyMap<string, Asset>;

const WEB = new URL("../../../web/", import.meta.url);
/** Files of packages that the page uses as they are. */
const VENDOR = { "/vendor/htm-preact.js": "htm/preact/standalone" };
const TYPES: Record<string, string> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  json: "application/json",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
  webmanifest: "application/manifest+json",
};
const ETAG_DOMAIN = 0xff;

/** Nothing but this server's own files; no inline script or style, no frames. */
const PAGE_HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "cache-control": "no-cache",
};

/** Reads the page's files; there are few and they are small. */
export async function loadAssets(): Promise<Assets> {
  const assets = new Map<string, Asset>();
  for await (const path of filesOf(WEB, "/")) {
    await add(assets, path, new URL(`.${path}`, WEB));
  }
  for (const [path, specifier] of Object.entries(VENDOR)) {
    await add(assets, path, new URL(import.meta.resolve(specifier)));
  }
  await add(assets, "/errors.json", errorSentences());
  const index = assets.get("/index.html");
  if (index) assets.set("/", index);
  return assets;
}

/** GET and HEAD of a file. */
export function serveAsset(asset: Asset, request: Request): Response {
  const headers = {
    ...PAGE_HEADERS,
    "content-type": asset.type,
    etag: asset.etag,
  };
  if (request.headers.get("if-none-match") === asset.etag) {
    return empty(304, headers);
  }
  return new Response(request.method === "HEAD" ? null : asset.bytes, {
    headers,
  });
}

async function* filesOf(directory: URL, path: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(directory)) {
    if (entry.isDirectory) {
      const inner = new URL(`${entry.name}/`, directory);
      yield* filesOf(inner, `${path}${entry.name}/`);
    } else if (typeOf(entry.name)) {
      yield `${path}${entry.name}`;
    }
  }
}

async function add(
  assets: Map<string, Asset>,
  path: string,
  source: URL | Uint8Array<ArrayBuffer>,
): Promise<void> {
  const bytes = source instanceof URL ? await Deno.readFile(source) : source;
  const etag = `"${hashOf(ETAG_DOMAIN, bytes).toHex().slice(0, 32)}"`;
  assets.set(path, { bytes, type: typeOf(path) ?? "", etag });
}

/** What the page says of an error code, in its languages. */
function errorSentences(): Uint8Array<ArrayBuffer> {
  const sentences = allErrors().map(({ name, sentence, sentenceJa }) =>
    [name, { en: sentence, ja: sentenceJa }] as const
  );
  return new TextEncoder().encode(
    JSON.stringify(Object.fromEntries(sentences)),
  );
}

function typeOf(path: string): string | undefined {
  return TYPES[path.slice(path.lastIndexOf(".") + 1)];
}
