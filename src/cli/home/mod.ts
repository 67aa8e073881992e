/** The home of a node: making it, reading it, and starting over. */
export { checkChainId } from "./chain_id.ts";
export { type Crowd, genesisWithCrowd } from "./crowd.ts";
export {
  decodeGenesis,
  defaultParameters,
  genesisBytes,
  type GenesisPlan,
  genesisText,
  parseGenesis,
  planGenesis,
} from "./genesis.ts";
export {
  ensureNodeKey,
  type HomePlan,
  makeDevHome,
  makeHome,
  SUPPLY,
} from "./make.ts";
export {
  type Funded,
  makeNetworkHomes,
  type NetworkHome,
} from "./make_network.ts";
export { type Home, isHome, openHome } from "./open.ts";
export { pathsIn } from "./paths.ts";
export { resetDevHome } from "./reset.ts";
export type { PlainKey } from "./secrets.ts";
