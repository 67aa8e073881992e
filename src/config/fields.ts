import { z } from "zod";
import { configSchema } from "./schema/mod.ts";

/** One key of the configuration, as its schema tells. */
export interface Field {
  /** The table it is in, e.g. `network.quic`. */
  section: string;
  name: string;
  default: string | number | readonly string[];
  /** Inclusive bounds of a number. */
  range?: readonly [number, number];
  /** Whether it is a list of texts. */
  list?: true;
  /** The words allowed. */
  choices?: readonly string[];
  description: string;
  descriptionJa: string;
}

/** One table of the configuration. */
export interface Section {
  name: string;
  description?: string;
  descriptionJa?: string;
  fields: Field[];
}

/** Every table and key, in the order in which the example shows them. */
export function configSections(): Section[] {
  return sectionsOf(configSchema, []);
}

function sectionsOf(schema: z.ZodObject, path: readonly string[]): Section[] {
  const own: Section = { name: path.join("."), ...schema.meta(), fields: [] };
  const inner: Section[] = [];
  for (const [name, value] of Object.entries(schema.shape)) {
    if (value instanceof z.ZodPrefault) {
      inner.push(...sectionsOf(value.unwrap() as z.ZodObject, [...path, name]));
    } else if (value instanceof z.ZodDefault) {
      own.fields.push(fieldOf(value, own.name, name));
    }
  }
  return own.fields.length > 0 ? [own, ...inner] : inner;
}

function fieldOf(schema: z.ZodDefault, section: string, name: string): Field {
  const type = schema.unwrap();
  return {
    section,
    name,
    default: schema.def.defaultValue as Field["default"],
    ...(type instanceof z.ZodNumber
      ? { range: [type.minValue!, type.maxValue!] as const }
      : {}),
    ...(type instanceof z.ZodArray ? { list: true } : {}),
    ...(type instanceof z.ZodEnum ? { choices: type.options as string[] } : {}),
    ...schema.meta() as Pick<Field, "description" | "descriptionJa">,
  };
}
