import { html } from "/vendor/htm-preact.js";

/** Names and values of one thing. Rows without a value are left out. */
export function Facts({ rows }) {
  return html`
    <dl class="facts">
      ${rows.filter(([, value]) => value !== undefined && value !== "")
        .map(([name, value]) =>
          html`
            <div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>
          `
        )}
    </dl>
  `;
}
