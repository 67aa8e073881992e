import { dirname } from "node:path";
import { ErrorCode, fault } from "../../errors/mod.ts";
import { ioFault } from "../io_fault.ts";
import type { LogFile } from "../types.ts";
import { syncDirectory } from "./directory.ts";

/** Opens or creates the append-only file at `path`. Operations run one after the other, in the order of the calls. */
export async function openLogFile(path: string): Promise<LogFile> {
  try {
    return new FileLog(path, await openForAppend(path));
  } catch (thrown) {
    throw ioFault(thrown, `open ${path}`);
  }
}

async function openForAppend(path: string): Promise<Deno.FsFile> {
  const file = await Deno.open(path, {
    read: true,
    append: true,
    create: true,
  });
  await syncDirectory(dirname(path));
  return file;
}

/** Into the memory of the system only, at once: to have another thread do it, and to wait for that, takes longer. */
function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    at += file.writeSync(bytes.subarray(at));
  }
}

class FileLog implements LogFile {
  readonly #path: string;
  #file: Deno.FsFile;
  #last: Promise<unknown> = Promise.resolve();
  /** After a failed write or sync nobody knows what is on the disk: nothing more is promised. */
  #fault: Error | undefined;

  constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  read(): Promise<Uint8Array> {
    return this.#inTurn("read", () => Deno.readFile(this.#path));
  }

  append(bytes: Uint8Array): Promise<void> {
    return this.#inTurn("append", () => writeAll(this.#file, bytes));
  }

  sync(): Promise<void> {
    return this.#inTurn("sync", () => this.#file.syncData());
  }

  truncate(length: number): Promise<void> {
    return this.#inTurn("truncate", async () => {
      await this.#file.truncate(length);
      await this.#file.sync();
    });
  }

  replace(bytes: Uint8Array): Promise<void> {
    return this.#inTurn("replace", async () => {
      const next = `${this.#path}.next`;
      {
        using file = await Deno.open(next, {
          write: true,
          create: true,
          truncate: true,
        });
        writeAll(file, bytes);
        await file.sync();
      }
      await Deno.rename(next, this.#path);
      const old = this.#file;
      this.#file = await openForAppend(this.#path);
      old.close();
    });
  }

  close(): void {
    this.#last = this.#last.then(() => {
      this.#fault ??= fault(ErrorCode.SHUTTING_DOWN, `${this.#path} is closed`);
      this.#file.close();
    });
  }

  #inTurn<T>(
    operation: string,
    work: () => Promise<T> | T,
  ): Promise<T> {
    const turn = this.#last.then(async () => {
      if (this.#fault) throw this.#fault;
      try {
        return await work();
      } catch (thrown) {
        throw this.#fault = ioFault(thrown, `${operation} ${this.#path}`);
      }
    });
    // One failed operation must not reject those that waited behind it by itself: #fault does.
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
