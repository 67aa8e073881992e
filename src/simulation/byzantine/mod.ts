/** What Byzantine validators do: one file each. */
import type { Behaviour } from "./behaviour.ts";
import { equivocating } from "./equivocator.ts";
import { lyingAtRandom } from "./liar.ts";
import { misleading } from "./misleading.ts";
import { nilVoting } from "./nil_voter.ts";
import { outdated } from "./outdated.ts";
import { silent } from "./silent.ts";
import { spoilingAtRandom } from "./spoiler.ts";
import { TWIN } from "./twin.ts";
import { withholding } from "./withholder.ts";

export type { Behaviour, Wrap } from "./behaviour.ts";

/** By name. A run draws from all of them. */
export const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  equivocator: { network: equivocating, offends: "always" },
  silent: { network: silent },
  nilVoter: { core: nilVoting },
  spoiler: { network: spoilingAtRandom, offends: "perhaps" },
  withholder: { network: withholding },
  liar: { network: lyingAtRandom, offends: "perhaps" },
  liarInSync: { network: misleading },
  outdated: { network: outdated, isSetBack: true, offends: "perhaps" },
  twin: TWIN,
};
