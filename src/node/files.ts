import { join } from "node:path";

/** Where a node keeps what it must not lose, within its home. */
export interface NodeFiles {
  /** The database. */
  kv: string;
  /** Write-ahead log and double-sign guard. */
  wal: string;
  /** Peers to begin with after a restart. */
  peers: string;
}

/** The node's own files in `home`; makes the directory of the database. */
export async function nodeFiles(home: string): Promise<NodeFiles> {
  await Deno.mkdir(join(home, "data"), { recursive: true });
  return {
    kv: join(home, "data", "node.kv"),
    wal: join(home, "wal"),
    peers: join(home, "data", "peers"),
  };
}
