import { html } from "/vendor/htm-preact.js";

const WIDTH = 240;
const HEIGHT = 40;

/** A small bar chart without axes. */
export function Sparkline({ values, label }) {
  const max = Math.max(1, ...values);
  const step = WIDTH / values.length;
  const bars = values.map((value, index) => {
    const height = value === 0 ? 1 : Math.max(2, value / max * HEIGHT);
    return html`
      <rect
        x=${(index * step).toFixed(2)}
        y=${(HEIGHT - height).toFixed(2)}
        width=${(step - 1).toFixed(2)}
        height=${height.toFixed(2)}
        class=${value === 0 ? "idle" : "busy"}
      />
    `;
  });
  return html`
    <svg class="sparkline" viewBox="0 0 ${WIDTH} ${HEIGHT}"
      preserveAspectRatio="none" role="img" aria-label=${label}>
      ${bars}
    </svg>
  `;
}
