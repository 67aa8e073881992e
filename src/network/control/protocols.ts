/** The names of what is spoken on the control plane. */
export interface Protocols {
  /** Hellos. */
  record: string;
  message: string;
  request: string;
  /** The topic of messages that pass from node to node. */
  gossip: string;
  /** Of the table in which nodes look for others. */
  kad: string;
}

/** What a protocol is for, whatever the chain: a name of {@linkcode Protocols}, or `other`. */
export function kindOf(protocol: string): string {
  if (protocol.startsWith("/meshsub/")) return "gossip";
  return /^\/rustorium\/.*\/([a-z]+)\/1$/.exec(protocol)?.[1] ?? "other";
}

/** Each chain has its own. */
export function protocolsOf(chainId: string): Protocols {
  const of = (name: string) => `/rustorium/${chainId}/${name}/1`;
  return {
    record: of("record"),
    message: of("message"),
    request: of("request"),
    gossip: of("gossip"),
    kad: of("kad"),
  };
}
