import { type Place, placeOf, resolveImport } from "./place.ts";

const DOORS = /^src\/[^/]+\/(mod|types)\.ts$/;
/** What a folder offers to the tests of others. */
const TEST_DOORS = /^src\/[^/]+\/testing\/mod\.ts$/;

/** Whether a file of `src/` may import a path from the root. */
function mayImport({ folder, isTest }: Place, target: string): boolean {
  if (!target.startsWith("src/")) return true;
  return target.startsWith(`src/${folder}/`) ||
    target.startsWith("src/proto/gen/") || DOORS.test(target) ||
    isTest && TEST_DOORS.test(target);
}

/** A folder is imported through its `mod.ts` (or `types.ts`) only, so that the rest of it is free to change. */
export const oneDoor: Deno.lint.Rule = {
  create(context) {
    const place = placeOf(context.filename);
    if (!place) return {};
    const check = (node: Deno.lint.Node, source: unknown) => {
      if (typeof source !== "string" || !source.startsWith(".")) return;
      const target = resolveImport(place.path, source);
      if (mayImport(place, target)) return;
      context.report({
        node,
        message: `${target} is not the door of its folder`,
        hint: "Import the folder's mod.ts; export there what others need.",
      });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source.value),
      ExportNamedDeclaration: (node) => check(node, node.source?.value),
      ExportAllDeclaration: (node) => check(node, node.source.value),
      ImportExpression: (node) =>
        check(node, "value" in node.source ? node.source.value : undefined),
    };
  },
};
