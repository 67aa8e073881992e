import { Command } from "commander";
import manifest from "../../deno.json" with { type: "json" };
import { account } from "./commands/account.ts";
import { block } from "./commands/block.ts";
import { dev } from "./commands/dev.ts";
import { explain } from "./commands/explain.ts";
import { exportGenesis } from "./commands/export_genesis.ts";
import { init } from "./commands/init.ts";
import { key } from "./commands/key.ts";
import { load } from "./commands/load.ts";
import { localnet } from "./commands/localnet.ts";
import { peers } from "./commands/peers.ts";
import { replay } from "./commands/replay.ts";
import { send } from "./commands/send.ts";
import { simulate } from "./commands/simulate.ts";
import { start } from "./commands/start.ts";
import { status } from "./commands/status.ts";
import { testnet } from "./commands/testnet.ts";
import { tx } from "./commands/tx.ts";
import { validators } from "./commands/validators.ts";
import { exitHelp } from "./exit.ts";

const description =
  `Rustorium: a blockchain node for Deno. Without a command it runs dev.

Results go to standard output, everything else to standard error. With --json
the last line of output is exactly one JSON object; a failure's is
{"error":{"code":200,"name":"NONCE_USED","message":"…"}}; explain 200 says more.`;

/** The whole command line. */
export function buildProgram(): Command {
  const program = new Command("rustorium")
    .description(description)
    .version(manifest.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "show help, also after a command")
    .helpCommand("help [command]", "show the help of a command")
    .addCommand(dev(), { isDefault: true });
  program.commandsGroup("Home and keys:")
    .addCommand(init())
    .addCommand(start())
    .addCommand(localnet())
    .addCommand(testnet())
    .addCommand(key())
    .addCommand(replay())
    .addCommand(exportGenesis());
  program.commandsGroup("Chain:")
    .addCommand(send())
    .addCommand(account())
    .addCommand(tx())
    .addCommand(block())
    .addCommand(status())
    .addCommand(validators())
    .addCommand(peers());
  program.commandsGroup("Measurement:")
    .addCommand(load())
    .addCommand(simulate());
  program.commandsGroup("Help:").addCommand(explain());
  program.addHelpText("after", `\n${exitHelp}`);
  for (const command of allOf(program)) quiet(command);
  return program;
}

function allOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allOf)];
}

/** Errors are thrown, not printed: `main` says them, in the form that was asked for. */
function quiet(command: Command): void {
  command.exitOverride().configureOutput({
    writeErr: () => {},
    outputError: () => {},
  });
}
