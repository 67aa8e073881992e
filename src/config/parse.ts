import { complain, complainOfRelation } from "./complaint.ts";
import { relations } from "./relations.ts";
import { type Config, configSchema } from "./schema/mod.ts";
import { readToml } from "./toml.ts";

/**
 * Reads a configuration. What it leaves out has its default.
 *
 * @param file Named in errors, as the user would name it.
 * @throws CONFIG_SYNTAX, CONFIG_UNKNOWN_KEY, CONFIG_TYPE or CONFIG_RANGE: one sentence with file and line.
 */
export function parseConfig(text: string, file: string): Config {
  const document = readToml(text, file);
  const result = configSchema.safeParse(document.values);
  if (!result.success) throw complain(result.error.issues, document, file);
  for (const { path, rule, holds } of relations) {
    if (!holds(result.data)) {
      throw complainOfRelation(path, rule, document, file);
    }
  }
  return result.data;
}

/** What an empty file means. */
export function defaultConfig(): Config {
  return configSchema.parse({});
}
