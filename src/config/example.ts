import { configSections, type Field, type Section } from "./fields.ts";

const WIDTH = 78;

/** A `config.toml` that says and explains every default. `pinned`: values instead, by names like `p2p.port`. */
export function exampleConfig(
  pinned: Readonly<Record<string, unknown>> = {},
): string {
  const head = comment(
    "Configuration of a Rustorium node. Every line shows the default: remove what you do not want to pin. It is read and checked when the node starts.",
  );
  return [
    ...head,
    ...configSections().flatMap((section) => renderSection(section, pinned)),
  ].join("\n") +
    "\n";
}

function renderSection(
  section: Section,
  pinned: Readonly<Record<string, unknown>>,
): string[] {
  const about = section.description === undefined
    ? []
    : comment(section.description);
  return [
    "",
    ...about,
    `[${section.name}]`,
    ...section.fields.flatMap((field) =>
      renderField(field, pinned[`${section.name}.${field.name}`])
    ),
  ];
}

function renderField(field: Field, pinned: unknown): string[] {
  return [
    ...comment(`${field.description}${limits(field)}`),
    `${field.name} = ${JSON.stringify(pinned ?? field.default)}`,
  ];
}

function limits({ range, choices }: Field): string {
  if (range) return ` (${range[0]} to ${range[1]})`;
  return choices ? ` (${choices.map((word) => `"${word}"`).join(" or ")})` : "";
}

/** Comment lines of at most WIDTH letters. */
function comment(text: string): string[] {
  const lines = ["#"];
  for (const word of text.split(" ")) {
    const line = `${lines.at(-1)} ${word}`;
    if (line.length > WIDTH) lines.push(`# ${word}`);
    else lines[lines.length - 1] = line;
  }
  return lines;
}
