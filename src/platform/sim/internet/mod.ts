/** An internet in virtual time: hosts, sockets, and connections that are reliable and in order as those of QUIC. */
export { End, type Ending, type SimStream, type Terms } from "./end.ts";
export {
  type Address,
  type Arrival,
  type Dialled,
  Internet,
  type InternetOptions,
  type Socket,
} from "./internet.ts";
export { Pipe } from "./pipe.ts";
