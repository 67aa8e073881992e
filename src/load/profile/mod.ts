/** Where the time of the nodes goes, by function, from the profiles that V8 takes. */
export { type ProfileFigures, profileFigures } from "./figures.ts";
export { profileArgs, profileDirectory, readProfiles } from "./nodes.ts";
