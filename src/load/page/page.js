/** Draws what stands in the page's data, with uPlot; nothing is asked for from outside. */
const data = JSON.parse(document.getElementById("data").textContent);
const { figures, course, profile, ranges } = data;
const COLOURS = [
  "#2f6fb5",
  "#c2571a",
  "#2e8b57",
  "#8a4fb0",
  "#b03a5b",
  "#7a7d2a",
];

const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};
const number = (value, digits = 0) =>
  value.toLocaleString("en", { maximumFractionDigits: digits });
const put = (id, ...children) =>
  document.getElementById(id).append(...children);

const { workload, machine } = figures;
document.getElementById("what").textContent = [
  `${workload.validators} validator(s), ${workload.seconds} s`,
  workload.rate === null
    ? "as many as are taken"
    : `${workload.rate} transfers a second`,
  `${number(workload.accounts)} accounts${workload.zipf ? ", Zipf" : ""}`,
].join(" · ");
document.getElementById("where").textContent =
  `${machine.cpu}, ${machine.cores} cores (others took ${machine.others_cores}), ${
    number(machine.memory_mb)
  } MB · ${machine.system} · Deno ${machine.deno} · load before ${machine.load_before} · ${machine.at}`;

const latency = figures.latency_ms;
const facts = [
  ["transfers a second", number(figures.tps)],
  ["committed", number(figures.committed)],
  [
    "latency p50 / p95 / p99, ms",
    [latency.p50, latency.p95, latency.p99].map((ms) => number(ms)).join(" / "),
  ],
  ["block interval, ms", number(figures.block_interval_ms, 1)],
  [
    "CPU µs per transfer and validator",
    number(figures.cpu_us_per_tx.per_validator, 1),
  ],
  ["times a signature check", number(figures.reference.ratio, 2)],
  [
    "bytes per transfer: envelope / disk",
    `${number(figures.tx_bytes)} / ${number(figures.disk_bytes_per_tx)}`,
  ],
  ["memory of a node, MB", number(figures.rss_mb)],
  [
    "busiest thread of the generator",
    `${number(figures.generator.busy * 100)} %`,
  ],
];
put(
  "facts",
  ...facts.map(([name, value]) =>
    element(
      "div",
      {},
      element("b", { textContent: value }),
      element("span", { textContent: name }),
    )
  ),
);

const ink = getComputedStyle(document.body).color;
const axis = (label) => ({
  label,
  stroke: ink,
  grid: { stroke: "#8884" },
  ticks: { stroke: "#8884" },
});

function chart(id, { x, y, columns, labels, points = false, format }) {
  const place = document.getElementById(id);
  const options = {
    width: place.clientWidth,
    height: 240,
    legend: { show: labels.length > 1 },
    scales: {
      x: { time: false },
      y: { range: (_, __, most) => [0, Math.max(most, 1e-9) * 1.05] },
    },
    axes: [axis(x), { ...axis(y), size: 70 }],
    series: [
      {
        label: x,
        value: (_, value) =>
          value === null ? "" : (format ?? ((v) => number(v, 2)))(value),
      },
      ...labels.map((label, n) => ({
        label,
        stroke: COLOURS[n % COLOURS.length],
        width: 1.5,
        points: { show: points, size: 4 },
        ...(points && { paths: () => null }),
      })),
    ],
  };
  // deno-lint-ignore no-undef -- the library stands before this script
  const drawn = new uPlot(options, columns, place);
  addEventListener(
    "resize",
    () => drawn.setSize({ width: place.clientWidth, height: 240 }),
  );
}

/** Transfers that became final in each second. */
function bySecond(blocks) {
  const seconds = Math.ceil(blocks.at(-1)?.atSeconds ?? 0);
  const sums = new Array(seconds).fill(0);
  for (const { atSeconds, transactions } of blocks) {
    sums[Math.max(0, Math.ceil(atSeconds) - 1)] += transactions;
  }
  return [sums.map((_, n) => n + 1), sums];
}

chart("tps", {
  x: "second",
  y: "transfers final",
  columns: bySecond(course.blocks),
  labels: ["transfers"],
});

const shares = [
  ...Array.from({ length: 99 }, (_, n) => n + 1),
  99.5,
  99.9,
  100,
];
const latencyAt = (share) =>
  course
    .latencies[
      Math.max(0, Math.ceil(share / 100 * course.latencies.length) - 1)
    ] ?? 0;
chart("latency", {
  x: "percentile",
  y: "ms",
  columns: [shares, shares.map(latencyAt)],
  labels: ["latency"],
});

chart("interval", {
  x: "second",
  y: "ms",
  columns: [
    course.blocks.map((one) => one.atSeconds),
    course.blocks.map((one) => one.intervalMs),
  ],
  labels: ["interval"],
  points: true,
});

chart("memory", {
  x: "second",
  y: "MB",
  columns: [
    course.memory.map((one) => one.atSeconds),
    ...(course.memory[0]?.nodesMb ?? []).map((_, n) =>
      course.memory.map((one) => one.nodesMb[n])
    ),
  ],
  labels: (course.memory[0]?.nodesMb ?? []).map((_, n) => `node ${n}`),
});

if (ranges) {
  const valueAt = (path) =>
    path.split(".").reduce((inner, name) => inner?.[name], figures);
  const cell = (textContent) =>
    element("td", { className: "number", textContent });
  put(
    "runs",
    element("h2", { textContent: `Medians of ${ranges.count} runs` }),
    element(
      "table",
      {},
      element(
        "tr",
        {},
        ...["figure", "median", "least", "most"].map((textContent, n) =>
          element("th", { textContent, className: n > 0 ? "number" : "" })
        ),
      ),
      ...Object.entries(ranges.of).map(([path, [least, most]]) =>
        element(
          "tr",
          {},
          element("td", { textContent: path }),
          ...[valueAt(path) ?? 0, least, most].map((value) =>
            cell(number(value, 2))
          ),
        )
      ),
    ),
  );
}

/** A table whose last column is a bar. */
function bars(head, rows, most) {
  return element(
    "table",
    {},
    element(
      "tr",
      {},
      ...head.map((text, n) =>
        element("th", { textContent: text, className: n === 1 ? "number" : "" })
      ),
      element("th"),
    ),
    ...rows.map(([name, value]) => {
      const bar = element("div", { className: "bar" });
      bar.style.width = `${value / most * 100}%`;
      return element(
        "tr",
        {},
        element("td", { textContent: name }),
        element("td", { className: "number", textContent: number(value, 2) }),
        element("td", { className: "share" }, bar),
      );
    }),
  );
}

const most = Math.max(1e-9, ...course.cpu.flat().map(({ us }) => us));
course.cpu.forEach((threads, n) =>
  put(
    "cpu",
    element("h2", { textContent: `CPU of node ${n}` }),
    bars(
      ["thread", "µs per transfer"],
      threads.filter(({ us }) => us >= 0.01).map(({ name, us }) => [name, us]),
      most,
    ),
  )
);

if (profile) {
  const categories = Object.entries(profile.by_category);
  put(
    "profile",
    element("h2", { textContent: "Where the time of a validator goes" }),
    bars(
      ["for", "µs per transfer"],
      categories,
      Math.max(...categories.map(([, us]) => us)),
    ),
  );
  for (const { thread, functions } of profile.threads) {
    put(
      "profile",
      element("h2", { textContent: `Functions of ${thread}` }),
      element(
        "table",
        {},
        ...functions.map(({ name, place, us_per_tx }) =>
          element(
            "tr",
            {},
            element("td", {
              className: "number",
              textContent: `${number(us_per_tx, 2)} µs`,
            }),
            element("td", {}, element("code", { textContent: name })),
            element("td", {}, element("code", { textContent: place })),
          )
        ),
      ),
    );
  }
}
