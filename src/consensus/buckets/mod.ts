/** Who may author which transactions, and how they get there. */
export { Forwarding, type ForwardingOptions } from "./forwarding.ts";
export { Rota } from "./rota.ts";
