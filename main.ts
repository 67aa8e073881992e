/** The command line of Rustorium: `deno run -A main.ts --help`. */
import { main } from "./src/cli/mod.ts";

// Ends workers and open connections too.
Deno.exit(await main(Deno.args));
