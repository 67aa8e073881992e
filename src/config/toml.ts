import { type AST, ParseError, parseTOML } from "toml-eslint-parser";
import { ErrorCode, RustoriumError } from "../errors/mod.ts";

/** A TOML document as plain values, and where each of them stands. */
export interface TomlDocument {
  values: Record<string, unknown>;
  /** The line of a key, 1-based. Keys are paths, joined by `.`. */
  lines: ReadonlyMap<string, number>;
}

/** Reads TOML 1.0. Throws CONFIG_SYNTAX with file and line. */
export function readToml(text: string, file: string): TomlDocument {
  const values: Record<string, unknown> = Object.create(null);
  const lines = new Map<string, number>();
  for (const node of parse(text, file).body[0].body) {
    if (node.type === "TOMLKeyValue") {
      assign(values, lines, [], node);
    } else {
      const path = node.resolvedKey;
      open(values, lines, path, node.loc.start.line);
      for (const entry of node.body) assign(values, lines, path, entry);
    }
  }
  return { values, lines };
}

function parse(text: string, file: string): AST.TOMLProgram {
  try {
    return parseTOML(text, { tomlVersion: "1.0" });
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const reason = error.message.replace(/\.$/, "");
    throw new RustoriumError(ErrorCode.CONFIG_SYNTAX, {
      message:
        `${file}:${error.lineNumber}: this is not valid TOML (${reason}).`,
      detail: { file, line: error.lineNumber, column: error.column },
    });
  }
}

type Table = Record<string, unknown>;

/** Numbers are places in a list of tables. */
type Path = readonly (string | number)[];

/** The table at `path`, made where it is missing. */
function open(
  root: Table,
  lines: Map<string, number>,
  path: Path,
  line: number,
): Table {
  let table = root;
  for (const [depth, key] of path.entries()) {
    const at = path.slice(0, depth + 1).join(".");
    if (!lines.has(at)) lines.set(at, line);
    const isList = typeof path[depth + 1] === "number";
    table = (table[key] ??= isList ? [] : Object.create(null)) as Table;
  }
  return table;
}

function assign(
  root: Table,
  lines: Map<string, number>,
  base: Path,
  node: AST.TOMLKeyValue,
): void {
  const line = node.loc.start.line;
  const keys = node.key.keys.map((key) =>
    key.type === "TOMLBare" ? key.name : key.value
  );
  const path = [...base, ...keys];
  const table = open(root, lines, path.slice(0, -1), line);
  lines.set(path.join("."), line);
  if (node.value.type === "TOMLInlineTable") {
    open(root, lines, path, line);
    for (const entry of node.value.body) assign(root, lines, path, entry);
  } else {
    table[path.at(-1)!] = valueOf(node.value);
  }
}

function valueOf(node: AST.TOMLContentNode): unknown {
  if (node.type === "TOMLArray") return node.elements.map(valueOf);
  return node.type === "TOMLValue" ? node.value : {};
}
