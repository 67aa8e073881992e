import type { Mark, Timeline } from "./timeline.ts";

const WIDTH = 1_100;
const LEFT = 150;
const RIGHT = 20;
const ROW = 46;
const TOP = 40;

export interface PictureOptions {
  title: string;
  /** What stands before each node's row. */
  names: readonly string[];
  endMs: number;
}

/** A run as SVG: time from left to right, a row for each node with its heights, faults as marks that say what they are. */
export function picture(
  { marks, reached }: Pick<Timeline, "marks" | "reached">,
  { title, names, endMs }: PictureOptions,
): string {
  const x = (atMs: number) =>
    (LEFT + (atMs / Math.max(1, endMs)) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const rowOf = (node: number | undefined) =>
    TOP + ROW * (node === undefined ? 0 : node + 1);
  const highest = reached.reduce((most, one) => Math.max(most, one.height), 1);
  const parts = [
    `<text x="${LEFT}" y="20" class="title">${escaped(title)}</text>`,
    ...[undefined, ...names.keys()].map((node) =>
      row(rowOf(node), node === undefined ? "network" : names[node]!)
    ),
    ...names.keys().flatMap((node) =>
      downs(marks, node, endMs).map(([from, to]) =>
        `<rect class="down" x="${x(from)}" y="${rowOf(node) + 4}" width="${
          (Number(x(to)) - Number(x(from))).toFixed(1)
        }" height="${ROW - 8}"/>`
      )
    ),
    ...names.keys().map((node) => {
      const points = reached.filter((one) => one.node === node).map((one) => {
        const up = (one.height / highest) * (ROW - 12);
        return `${x(one.atMs)},${(rowOf(node) + ROW - 6 - up).toFixed(1)}`;
      });
      return `<polyline class="height" points="${points.join(" ")}"/>`;
    }),
    ...marks.map((mark) =>
      `<circle class="mark" cx="${x(mark.atMs)}" cy="${
        rowOf(mark.node) + ROW - 6
      }" r="3"><title>${
        escaped(`${(mark.atMs / 1_000).toFixed(3)} s: ${mark.what}`)
      }</title></circle>`
    ),
    ...ticks(endMs).map((atMs) =>
      `<text class="tick" x="${x(atMs)}" y="${rowOf(names.length) + 14}">${
        atMs / 1_000
      } s</text>`
    ),
  ];
  const height = rowOf(names.length) + 24;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img">
<style>${STYLE}</style>
${parts.join("\n")}
</svg>
`;
}

const STYLE =
  "svg{background:#fff;font:12px sans-serif}.title{font-size:15px}.row{stroke:#ddd}" +
  ".down{fill:#f6c7c3}.height{fill:none;stroke:#1f6f8b;stroke-width:1.5}.mark{fill:#c0392b}" +
  ".tick{fill:#666;text-anchor:middle}.name{text-anchor:end}";

function row(y: number, name: string): string {
  return `<line class="row" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${
    y + ROW - 6
  }" y2="${y + ROW - 6}"/><text class="name" x="${LEFT - 8}" y="${
    y + ROW - 10
  }">${escaped(name)}</text>`;
}

/** From when to when a node did not run. */
function downs(
  marks: readonly Mark[],
  node: number,
  endMs: number,
): [from: number, to: number][] {
  const spans: [number, number][] = [];
  let since: number | undefined;
  for (const { atMs, what } of marks.filter((one) => one.node === node)) {
    if (what === "crash") since ??= atMs;
    else if (what === "restart" && since !== undefined) {
      spans.push([since, atMs]);
      since = undefined;
    }
  }
  return since === undefined ? spans : [...spans, [since, endMs]];
}

/** At whole seconds, about ten of them. */
function ticks(endMs: number): number[] {
  const step = Math.max(1, Math.ceil(endMs / 10_000)) * 1_000;
  return Array.from(
    { length: Math.floor(endMs / step) + 1 },
    (_, n) => n * step,
  );
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
