import type { CommandUnknownOpts } from "@commander-js/extra-typings";

/** A command as typed, without `energylive`: `["devices", "list"]`; the whole program is `[]`. */
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

/** The command that was meant: the leading words that name one. */
export function commandPath(command: CommandUnknownOpts, words: readonly string[]): string[] {
  const [word = "", ...others] = words;
  const child = command.commands.find((candidate) => candidate.name() === word);
  return child === undefined ? [] : [word, ...commandPath(child, others)];
}
