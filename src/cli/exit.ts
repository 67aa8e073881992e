import { ErrorCode } from "../errors/mod.ts";

/** What the exit code of the process says. */
export const Exit = {
  ok: 0,
  /** Anything not named below. */
  failure: 1,
  /** The command line is wrong: an option, an address, a key, an amount. */
  usage: 2,
  /** No node answers, or not in time. */
  unreachable: 3,
  /** The chain refused the transaction, or it failed. */
  rejected: 4,
  /** The home directory, its configuration, its data or a port. */
  home: 5,
  /** An answer that does not prove what it says. */
  untrusted: 6,
} as const;

export type Exit = typeof Exit[keyof typeof Exit];

const usage: ReadonlySet<number> = new Set([
  ErrorCode.ADDRESS_MALFORMED,
  ErrorCode.KEY_MALFORMED,
  ErrorCode.AMOUNT_ZERO,
  ErrorCode.USAGE,
  ErrorCode.KEY_NOT_FOUND,
  ErrorCode.PASSPHRASE_WRONG,
  ErrorCode.KEY_EXISTS,
]);

/** The exit code for an error code of the catalogue. */
export function exitCodeOf(code: number): Exit {
  if (usage.has(code)) return Exit.usage;
  if (code === ErrorCode.RPC_UNREACHABLE || code === ErrorCode.RPC_TIMEOUT) {
    return Exit.unreachable;
  }
  switch (Math.floor(code / 100)) {
    case 1:
    case 2:
    case 3:
      return Exit.rejected;
    case 4:
    case 7:
    case 8:
      return Exit.home;
    case 5:
      return Exit.untrusted;
    default:
      return Exit.failure;
  }
}

/** The table of `--help`. */
export const exitHelp = `Exit codes:
  0  done
  1  failure
  2  wrong command line, address, key or amount
  3  no node answers, or not in time
  4  the transaction was rejected or failed
  5  home directory, configuration, stored data or port
  6  an answer that does not prove what it says`;
