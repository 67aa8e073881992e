import { z } from "zod";

/** What a key is for, in both languages. */
export interface FieldText {
  description: string;
  descriptionJa: string;
}

/** A whole number from `min` to `max`. */
export function integer(
  [min, max]: readonly [number, number],
  value: number,
  description: string,
  descriptionJa: string,
): z.ZodDefault<z.ZodInt> {
  return z.int().min(min).max(max).default(value).meta({
    description,
    descriptionJa,
  });
}

/** One of a few words. */
export function choice<const T extends readonly [string, ...string[]]>(
  words: T,
  value: T[number],
  description: string,
  descriptionJa: string,
): z.ZodDefault<z.ZodType<T[number], T[number]>> {
  return z.enum(words).default(value as never).meta({
    description,
    descriptionJa,
  }) as never;
}

/** A text that is not empty. */
export function text(
  value: string,
  description: string,
  descriptionJa: string,
): z.ZodDefault<z.ZodString> {
  return z.string().min(1).max(255).default(value).meta({
    description,
    descriptionJa,
  });
}

/** A list of texts, empty by default. */
export function texts(
  description: string,
  descriptionJa: string,
): z.ZodDefault<z.ZodArray<z.ZodString>> {
  return z.array(z.string().min(1).max(255)).max(100).default([])
    .meta({ description, descriptionJa });
}

const KIB = 1024;
export const MIB = 1024 * KIB;
export const GIB = 1024 * MIB;
export const PORT = [0, 65_535] as const;
