import { html } from "/vendor/htm-preact.js";
import { number, short } from "../format.js";

export const AccountLink = ({ address, whole = false }) =>
  html`<a class="mono" href=${`#/account/${address}`} title=${address}>${
    whole ? address : short(address, 9, 4)
  }</a>`;

export const TransactionLink = ({ hash, whole = false }) =>
  html`<a class="mono" href=${`#/tx/${hash}`} title=${hash}>${
    whole ? hash : short(hash)
  }</a>`;

export const BlockLink = ({ height }) =>
  html`<a class="mono" href=${`#/block/${height}`}>${number(height)}</a>`;
