/** The picture of a load: one page that needs nothing but itself. */
import type { ProfileFigures } from "../profile/mod.ts";
import type { LoadReport } from "../types.ts";

const SCRIPT = "uplot/dist/uPlot.iife.min.js";
const STYLE = "uplot/dist/uPlot.min.css";

/** HTML of what a load found; charts by uPlot, which is put into the page. */
export async function drawPage(
  { figures, course, runs }: Pick<LoadReport, "figures" | "course" | "runs">,
  profile?: ProfileFigures,
): Promise<string> {
  const [library, libraryStyle, script, style] = await Promise.all([
    Deno.readTextFile(new URL(import.meta.resolve(SCRIPT))),
    Deno.readTextFile(new URL(import.meta.resolve(STYLE))),
    Deno.readTextFile(new URL("./page.js", import.meta.url)),
    Deno.readTextFile(new URL("./page.css", import.meta.url)),
  ]);
  const data = JSON.stringify({
    ...{ figures, course, profile },
    ranges: runs && { count: runs.count, of: runs.ranges },
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'">
<title>Rustorium load: ${Math.round(figures.tps)} transfers a second</title>
<style>${libraryStyle}
${style}</style>
</head>
<body>
<h1>Load</h1>
<p id="what"></p>
<p id="where"></p>
<div class="facts" id="facts"></div>
<div class="charts">
<section><h2>Final transfers in each second</h2><div id="tps"></div></section>
<section><h2>Latency until final, by percentile</h2><div id="latency"></div></section>
<section><h2>Time between blocks</h2><div id="interval"></div></section>
<section><h2>Memory of the nodes</h2><div id="memory"></div></section>
</div>
<div id="runs"></div>
<div id="cpu"></div>
<div id="profile"></div>
<script type="application/json" id="data">${inData(data)}</script>
<script>${inScript(library)}</script>
<script type="module">${inScript(script)}</script>
</body>
</html>
`;
}

/** JSON in which nothing can end the element that it stands in. */
function inData(json: string): string {
  return json.replaceAll("<", "\\u003c");
}

function inScript(code: string): string {
  return code.replace(/<\/(script)/gi, "<\\/$1");
}
