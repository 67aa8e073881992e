/** What travels between validators, by channel. */
export const Channel = {
  vote: "vote",
  proposal: "proposal",
  certificate: "certificate",
} as const;
