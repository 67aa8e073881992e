/** Several real nodes on one machine: their homes, processes and lines. */
export { type Localnet, openLocalnet } from "./localnet.ts";
