/** What a genesis says apart from its accounts. */
export { type GenesisHead, genesisHead } from "./head.ts";
