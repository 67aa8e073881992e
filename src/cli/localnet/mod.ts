/** Several real nodes: their homes, and on one machine their processes and lines. */
export { addressOfHost, configOfHost } from "./host_config.ts";
export { type Localnet, openLocalnet } from "./localnet.ts";
