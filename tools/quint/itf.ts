/** Values of the Informal Trace Format (Apalache ADR-015), as plain ones. */
export type Value =
  | string
  | number
  | boolean
  | Value[]
  | { [key: string]: Value };

/** One trace: the state after each action. */
export interface ItfTrace {
  states: Record<string, unknown>[];
}

/** A value whose numbers are numbers and whose sets, tuples and maps are arrays. */
export function plain(value: unknown): Value {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value as Value;
  const { "#bigint": number, "#set": set, "#tup": tuple, "#map": map } =
    value as Record<string, unknown>;
  if (number !== undefined) return Number(number);
  const items = set ?? tuple ?? map;
  if (items !== undefined) return (items as unknown[]).map(plain);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, plain(inner)]),
  );
}

/** The states of a trace, by the variables' names without those of their modules. */
export function statesOf({ states }: ItfTrace): Record<string, Value>[] {
  return states.map((state) =>
    Object.fromEntries(
      Object.entries(state).flatMap(([name, value]) =>
        name === "#meta" ? [] : [[name.split("::").at(-1)!, plain(value)]]
      ),
    )
  );
}
