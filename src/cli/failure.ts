import {
  describe,
  ErrorCode,
  RustoriumError,
  toRustoriumError,
} from "../errors/mod.ts";
import { type Exit, exitCodeOf } from "./exit.ts";
import { bold, dim, jsonLine, red, write } from "./output.ts";

/** Says what went wrong: on stdout as one JSON line with `--json`, else on stderr. Gives the exit code. */
export function reportFailure(thrown: unknown, json: boolean): Exit {
  const error = errorOf(thrown);
  if (json) write(Deno.stdout, `${jsonLine(failureJson(error))}\n`);
  else write(Deno.stderr, failureText(error));
  return exitCodeOf(error.code);
}

/** `{"error":{"code","name","message"}}`, with the evidence as `detail` if there is any. */
export function failureJson(
  { code, codeName, message, detail }: RustoriumError,
): object {
  return {
    error: {
      code,
      name: codeName,
      message,
      ...(detail === undefined ? {} : { detail }),
    },
  };
}

function failureText(error: RustoriumError): string {
  const { code, codeName, message, detail } = error;
  const lines = [
    `${red(bold("error:"))} ${message} ${dim(`(${codeName}, ${code})`)}`,
  ];
  if (detail !== undefined) {
    lines.push(
      `  ${dim("detail:")} ${
        typeof detail === "string" ? detail : jsonLine(detail)
      }`,
    );
  }
  lines.push(`  ${dim("help:")}   ${describe(code).remedy}`);
  return lines.join("\n") + "\n";
}

/** What the platform throws, in our codes. */
function errorOf(thrown: unknown): RustoriumError {
  if (thrown instanceof Deno.errors.AddrInUse) {
    return new RustoriumError(ErrorCode.PORT_IN_USE, {
      detail: thrown.message,
      cause: thrown,
    });
  }
  if (thrown instanceof Deno.errors.NotCapable) {
    return new RustoriumError(ErrorCode.USAGE, {
      message:
        "Deno was not allowed what this needs; add the flag that the detail names, or give the folder that was meant.",
      detail: thrown.message,
      cause: thrown,
    });
  }
  const {
    PermissionDenied,
    NotFound,
    NotADirectory,
    IsADirectory,
    AlreadyExists,
  } = Deno.errors;
  const file = [
    PermissionDenied,
    NotFound,
    NotADirectory,
    IsADirectory,
    AlreadyExists,
  ]
    .some((kind) => thrown instanceof kind);
  return toRustoriumError(
    thrown,
    file ? ErrorCode.STORAGE_FAULT : ErrorCode.RPC_INTERNAL,
  );
}

/** An error of the command line, in one sentence. */
export function usage(message: string): RustoriumError {
  return new RustoriumError(ErrorCode.USAGE, { message });
}
