import type { CommandUnknownOpts } from "@commander-js/extra-typings";

/** A command as it is typed, without `energylive`: `["devices", "list"]`; the whole program is `[]`. */
export interface CommandNode {
  path: readonly string[];
  command: CommandUnknownOpts;
}

/** Every command of a program, parents before children. */
export function commandNodes(program: CommandUnknownOpts): CommandNode[] {
  return nodesBelow({ path: [], command: program });
}

function nodesBelow(node: CommandNode): CommandNode[] {
  const children = node.command.commands.map((command) => ({
    path: [...node.path, command.name()],
    command,
  }));
  return [node, ...children.flatMap(nodesBelow)];
}
