import { ErrorCode, fault, RustoriumError } from "../errors/mod.ts";

/** ENOSPC, EDQUOT and SQLITE_FULL, as the runtime words them. */
const FULL =
  /no space left|disk is full|disk full|quota exceeded|ENOSPC|EDQUOT/i;

/** What a failed read or write is to the rest of the node: DISK_FULL or STORAGE_FAULT. */
export function ioFault(thrown: unknown, operation: string): RustoriumError {
  if (thrown instanceof RustoriumError) return thrown;
  const cause = thrown instanceof Error ? thrown.message : String(thrown);
  const code = FULL.test(cause) ? ErrorCode.DISK_FULL : ErrorCode.STORAGE_FAULT;
  return fault(code, { operation, cause });
}
