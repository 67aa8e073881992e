/** House rules that a linter can see. They are explained in CONTRIBUTING.md. */
import { oneDoor } from "./one_door.ts";
import { outsideWorld } from "./outside_world.ts";

const plugin: Deno.lint.Plugin = {
  name: "rustorium",
  rules: { "one-door": oneDoor, "outside-world": outsideWorld },
};
export default plugin;
