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
