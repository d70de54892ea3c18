import type { CommandUnknownOpts } from "@commander-js/extra-typings";

import { manualOf } from "../command.ts";
import { commandNodes } from "../command-tree.ts";

/** What can follow a command: words with what they mean. */
export interface Completion {
  /** `devices list`; empty for `energylive` itself. */
  path: string;
  words: { word: string; meaning: string }[];
  /** Options that take a value, with the values where those are known. */
  valued: { option: string; choices: readonly string[] }[];
}

/** A script that completes the commands and options of `program`, made from its definitions. */
export function completionScript(shell: "bash" | "zsh" | "fish", program: CommandUnknownOpts): string {
  const completions = completionsOf(program);
  const scripts = { bash, zsh, fish };
  return scripts[shell](completions);
}

function completionsOf(program: CommandUnknownOpts): Completion[] {
  return commandNodes(program).map(({ path, command }) => ({
    path: path.join(" "),
    words: [
      ...command.commands.map((child) => ({ word: child.name(), meaning: child.description() })),
      ...command.registeredArguments.flatMap(({ argChoices = [], description }) =>
        argChoices.map((word) => ({ word, meaning: description })),
      ),
      ...command.options.map(({ long, description }) => ({ word: long ?? "", meaning: description })),
      { word: "--help", meaning: "show this help" },
    ],
    valued: command.options
      .filter(({ required, optional }) => required || optional)
      .map(({ long, argChoices }) => ({
        option: long ?? "",
        choices: argChoices ?? valuesOf(command, long ?? "--"),
      })),
  }));
}

function valuesOf(command: CommandUnknownOpts, option: string): readonly string[] {
  const { values = {} } = manualOf(command) ?? {};
  return Object.entries(values).find(([name]) => name === option)?.[1] ?? [];
}

/** Without a single quote, the only character that ends a word in single quotes. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "’")}'`;
}

function bash(completions: readonly Completion[]): string {
  return `# Completion of energylive for bash.
_energylive() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
${pathCases(completions)}
    esac
  done
  case "$path $previous" in
${valueCases(completions, (choices) => `COMPREPLY=($(compgen -W ${quoted(choices.join(" "))} -- "$current"))`)}
  esac
  case "$path" in
${completions
  .map(
    ({ path, words }) =>
      `    ${quoted(path)}) COMPREPLY=($(compgen -W ${quoted(words.map(({ word }) => word).join(" "))} -- "$current")) ;;`,
  )
  .join("\n")}
  esac
}
complete -o default -F _energylive energylive
`;
}

function zsh(completions: readonly Completion[]): string {
  return `#compdef energylive
# Completion of energylive for zsh.
_energylive() {
  local current="\${words[CURRENT]}" previous="\${words[CURRENT-1]}" path="" word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$path $word" in
${pathCases(completions)}
    esac
  done
  local -a candidates
  case "$path $previous" in
${valueCases(completions, (choices) => (choices.length === 0 ? "_files" : `compadd -- ${choices.join(" ")}`))}
  esac
  case "$path" in
${completions
  .map(
    ({ path, words }) =>
      `    ${quoted(path)}) candidates=(${words.map(({ word, meaning }) => quoted(`${word}:${meaning}`)).join(" ")}) ;;`,
  )
  .join("\n")}
  esac
  _describe 'energylive' candidates || _files
}
if [ "$funcstack[1]" = "_energylive" ]; then _energylive "$@"; else compdef _energylive energylive; fi
`;
}

function fish(completions: readonly Completion[]): string {
  const lines = completions.flatMap(({ path, words, valued }) => {
    const condition = `-n ${quoted(`__energylive_at ${path}`.trim())}`;
    return words.map(({ word, meaning }) => {
      const description = `-d ${quoted(meaning)}`;
      if (!word.startsWith("--"))
        return `complete -c energylive -f ${condition} -a ${quoted(word)} ${description}`;
      const value = valued.find(({ option }) => option === word);
      const takes =
        value === undefined
          ? ""
          : value.choices.length === 0
            ? " -r"
            : ` -x -a ${quoted(value.choices.join(" "))}`;
      return `complete -c energylive ${condition} -l ${word.slice(2)}${takes} ${description}`;
    });
  });
  return `# Completion of energylive for fish.
function __energylive_at
    set -l path
    for word in (commandline -opc)[2..-1]
        set -l longer (string trim -- "$path $word")
        if contains -- $longer ${paths(completions).map(quoted).join(" ")}
            set path $longer
        end
    end
    test "$path" = "$argv"
end
${lines.join("\n")}
`;
}

/** The cases in which a word leads from a command to one below it. */
function pathCases(completions: readonly Completion[]): string {
  return paths(completions)
    .map((path) => `      ${quoted(` ${path}`)}|${quoted(path)}) path=${quoted(path)} ;;`)
    .join("\n");
}

function paths(completions: readonly Completion[]): string[] {
  return completions.map(({ path }) => path).filter((path) => path !== "");
}

/** The cases in which the word before is an option that takes a value. */
function valueCases(
  completions: readonly Completion[],
  complete: (choices: readonly string[]) => string,
): string {
  return completions
    .flatMap(({ path, valued }) =>
      valued.map(
        ({ option, choices }) => `    ${quoted(`${path} ${option}`)}) ${complete(choices)}; return ;;`,
      ),
    )
    .join("\n");
}
