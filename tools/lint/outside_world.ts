import { type Place, placeOf } from "./place.ts";

/** Names that reach out of the process or depend on when and where it runs. */
const MEMBERS: Record<string, RegExp> = {
  AbortSignal: /^timeout$/,
  Date: /^now$/,
  Deno: /^(?!build$|errors$|exitCode$|inspect$|version$)/,
  Math: /^random$/,
  crypto: /^(getRandomValues|randomUUID)$/,
  performance: /^now$/,
};
const CALLS = /^(Date|fetch|setInterval|setTimeout)$/;
const GLOBALS = /^(globalThis|self|window)$/;
const MODULES =
  /^node:(child_process|cluster|crypto|dgram|dns|fs|http|http2|https|net|os|timers|tls|worker_threads)(\/|$)/;

/** What a folder may use because being that shell is its purpose. */
const EXCEPTIONS: Record<string, RegExp> = {
  // The shell of the operator: terminal, files, signals.
  cli: /./,
  // The SDK runs in browsers as well and has no platform handed in.
  client:
    /^(fetch|WebSocket|setTimeout|AbortSignal\.timeout|crypto\.getRandomValues)$/,
  // Loads the WebAssembly artefacts that lie beside it.
  core: /^(Deno\.readFile|fetch)$/,
  // The listener itself, and the files of the page that it serves.
  gateway: /^Deno\.(serve|upgradeWebSocket|readDir|readFile)$/,
  // The QUIC of the data plane.
  network: /^Deno\.(QuicEndpoint|connectQuic)$/,
  // A tool beside the nodes: it looks at processes from outside, and signs by the platform's own hand.
  load: /^(fetch|node:crypto|Deno\..*)$/,
  // Makes the folders that the platform then opens.
  node: /^Deno\.mkdir$/,
  // The door to everything outside.
  platform: /./,
};

function allowed(place: Place, name: string): boolean {
  return place.isTest || (EXCEPTIONS[place.folder]?.test(name) ?? false);
}

/** `src/` gets clock, randomness, files and sockets handed in; that makes a whole node run from one seed. */
export const outsideWorld: Deno.lint.Rule = {
  create(context) {
    const place = placeOf(context.filename);
    if (!place) return {};
    const report = (node: Deno.lint.Node, name: string) => {
      if (allowed(place, name)) return;
      context.report({
        node,
        message: `${name} reaches outside of the process`,
        hint: "Take it from what src/platform hands in.",
      });
    };
    return {
      MemberExpression(node) {
        if (node.object.type !== "Identifier") return;
        if (node.property.type !== "Identifier" || node.computed) return;
        const [object, member] = [node.object.name, node.property.name];
        if (MEMBERS[object]?.test(member)) report(node, `${object}.${member}`);
        if (GLOBALS.test(object) && CALLS.test(member)) report(node, member);
      },
      CallExpression(node) {
        if (node.callee.type !== "Identifier") return;
        if (CALLS.test(node.callee.name)) report(node, node.callee.name);
      },
      NewExpression(node) {
        if (node.callee.type !== "Identifier") return;
        const name = node.callee.name;
        if (name === "WebSocket") report(node, name);
        if (name === "Date" && node.arguments.length === 0) {
          report(node, "new Date()");
        }
      },
      ImportDeclaration(node) {
        if (MODULES.test(node.source.value)) report(node, node.source.value);
      },
    };
  },
};
