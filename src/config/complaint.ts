import type { z } from "zod";
import { ErrorCode, nearest, RustoriumError } from "../errors/mod.ts";
import { configSections, type Field } from "./fields.ts";

import type { TomlDocument } from "./toml.ts";

/** What is wrong with one place of a configuration file. */
interface Complaint {
  code: ErrorCode;
  path: readonly string[];
  /** The sentence, without place and without a full stop (a question mark stays). */
  text: string;
}

/** The topmost of `issues` in the file, as an error of one sentence. */
export function complain(
  issues: readonly z.core.$ZodIssue[],
  document: TomlDocument,
  file: string,
): RustoriumError {
  const complaints = issues.flatMap((issue) =>
    complaintsOf(issue, document.values)
  );
  return firstOf(complaints, document, file);
}

/** The error for a broken rule between two keys. */
export function complainOfRelation(
  path: readonly string[],
  rule: string,
  document: TomlDocument,
  file: string,
): RustoriumError {
  const text = `${path.join(".")} must be ${rule}`;
  return firstOf(
    [{ code: ErrorCode.CONFIG_RANGE, path, text }],
    document,
    file,
  );
}

function firstOf(
  complaints: Complaint[],
  document: TomlDocument,
  file: string,
): RustoriumError {
  const placed = complaints.map((complaint) => ({
    ...complaint,
    line: lineOf(complaint.path, document),
  }));
  const { code, path, text, line } = placed.toSorted((a, b) =>
    a.line - b.line
  )[0]!;
  return new RustoriumError(code, {
    message: `${file}:${line}: ${text}${text.endsWith("?") ? "" : "."}`,
    detail: { file, line, key: path.join(".") },
  });
}

/** The line of the key, or of the nearest table around it. */
function lineOf(path: readonly string[], { lines }: TomlDocument): number {
  for (let depth = path.length; depth > 0; depth--) {
    const line = lines.get(path.slice(0, depth).join("."));
    if (line !== undefined) return line;
  }
  return 1;
}

function complaintsOf(issue: z.core.$ZodIssue, values: unknown): Complaint[] {
  // A fault of a list's element is told of the list.
  const index = issue.path.findIndex((key) => typeof key === "number");
  const path = issue.path.slice(0, index < 0 ? undefined : index).map(String);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      code: ErrorCode.CONFIG_UNKNOWN_KEY,
      path: [...path, key],
      text: unknownKey(path.join("."), key),
    }));
  }
  const found = valueAt(values, path);
  const field = fieldAt(path);
  const expected = field === undefined ? "a table" : expectation(field);
  const shown = index < 0
    ? show(found)
    : `a list with ${show(valueAt(values, issue.path))}`;
  const wrongType = issue.code === "invalid_type" ||
    (issue.code === "invalid_value" && typeof found !== "string");
  return [{
    code: wrongType ? ErrorCode.CONFIG_TYPE : ErrorCode.CONFIG_RANGE,
    path,
    text: `${path.join(".")} must be ${expected}, not ${shown}${
      suggestion(field, found)
    }`,
  }];
}

function valueAt(values: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce(
    (value, key) => (value as Record<PropertyKey, unknown>)?.[key],
    values,
  );
}

function fieldAt(path: readonly string[]): Field | undefined {
  return allFields().find(({ section, name }) =>
    `${section}.${name}` === path.join(".")
  );
}

function allFields(): Field[] {
  return configSections().flatMap((section) => section.fields);
}

function expectation({ range, choices, list }: Field): string {
  if (range) return `a whole number from ${range[0]} to ${range[1]}`;
  if (choices) return `one of ${choices.map((word) => `"${word}"`).join(", ")}`;
  if (list) return "a list of texts in quotes, at most 100";
  return "a text of 1 to 255 letters in quotes";
}

function suggestion(field: Field | undefined, found: unknown): string {
  if (typeof found !== "string" || !field?.choices) return "";
  const near = nearest(found, field.choices);
  return near === undefined ? "" : `; did you mean "${near}"?`;
}

function unknownKey(section: string, key: string): string {
  const where = section === "" ? "" : ` in [${section}]`;
  const near = nearestKey(section, key);
  return `the key "${key}"${where} is not known${
    near === undefined ? "" : `; did you mean ${near}?`
  }`;
}

/** A key or table of the same table, else the key of that name elsewhere. */
function nearestKey(section: string, key: string): string | undefined {
  const fields = allFields();
  const siblings = fields.filter((field) => field.section === section).map((
    field,
  ) => field.name);
  const tables = configSections().map(({ name }) => name);
  const near = nearest(key, siblings);
  if (near !== undefined) return `"${near}"`;
  const path = section === "" ? key : `${section}.${key}`;
  const elsewhere = fields.find((field) => field.name === key);
  if (elsewhere) return `"${key}" in [${elsewhere.section}]`;
  const table = nearest(path, tables);
  return table === undefined ? undefined : `[${table}]`;
}

function show(value: unknown): string {
  if (typeof value === "string") return `the text "${shorten(value)}"`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value instanceof Date) return "a date";
  if (value !== null && typeof value === "object") return "a table";
  return String(value);
}

function shorten(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}
