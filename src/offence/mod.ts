/** What evidence in blocks says: who did what, and where. */
export {
  type Offence,
  OFFENCE_KINDS,
  type OffenceKind,
  offenceOf,
} from "./offence.ts";
