/** The node's configuration: `config.toml`, typed and checked. */
export { exampleConfig } from "./example.ts";
export { configSections, type Field, type Section } from "./fields.ts";
export { defaultConfig, parseConfig } from "./parse.ts";
export type { Config } from "./schema/mod.ts";
