import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { packTar, type TarEntry } from "modern-tar";
import { head } from "./head.ts";

/** Of every entry, so that the same inputs give the same bytes: 2001-09-09. */
const MTIME = new Date(1_000_000_000_000);
/** Where the gzip header names the operating system; 255 is "unknown". */
const GZIP_OS_OFFSET = 9;

/** Writes `folder` as one executable file that unpacks itself. Gives the SHA-256 of what it holds. */
export async function pack(
  folder: string,
  file: string,
  version: string,
): Promise<string> {
  const tar = await packTar(entriesOf(folder));
  const payload = gzipSync(tar, { level: 9 });
  payload[GZIP_OS_OFFSET] = 255;
  const digest = createHash("sha256").update(payload).digest("hex");
  const { os, arch } = Deno.build;
  const start = head({ version, digest, bytes: payload.length, os, arch });
  // A new file in its place: the old one may be running.
  fs.rmSync(file, { force: true });
  fs.writeFileSync(file, Buffer.concat([Buffer.from(start), payload]), {
    mode: 0o755,
  });
  return digest;
}

/** Everything in `folder`, sorted by name, without owners and times of its own. */
function entriesOf(folder: string): TarEntry[] {
  return (fs.readdirSync(folder, { recursive: true }) as string[]).sort().map(
    (name): TarEntry => {
      const full = path.join(folder, name);
      const stat = fs.lstatSync(full);
      const common = { name, mtime: MTIME, uid: 0, gid: 0 };
      if (stat.isSymbolicLink()) {
        const linkname = fs.readlinkSync(full);
        return {
          header: {
            ...common,
            type: "symlink",
            linkname,
            size: 0,
            mode: 0o777,
          },
        };
      }
      if (stat.isDirectory()) {
        return {
          header: { ...common, type: "directory", size: 0, mode: 0o755 },
        };
      }
      const body = fs.readFileSync(full);
      const mode = stat.mode & 0o100 ? 0o755 : 0o644;
      return {
        header: { ...common, type: "file", size: body.length, mode },
        body,
      };
    },
  );
}
