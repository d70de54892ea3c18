/** docs/cli.md, made from the definitions of the commands: `npm run docs`. */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";

import { type Manual, manualOf } from "./command.ts";
import { type CommandNode, commandNodes } from "./command-tree.ts";

const COMMON_OPTIONS = new Set(["--json", "--stage", "--data", "--debug"]);

const HEAD = `<!-- Made by "npm run docs" from packages/cli/src: edit there. -->

# The \`energylive\` command

What an operator does every day, the same on the embedded stack and on AWS. In a clone, after \`npm ci\`, from any folder
of it:

\`\`\`bash
npx energylive --help
\`\`\`

**Which system.** Without an option it works on the running embedded stack (\`npm start\`), or when none is running on what
the last one stored; it says so then. \`--stage NAME\`, or the variable \`ENERGYLIVE_STAGE\`, names a deployed stage, which is
reached with the AWS SDK's default credentials and region. \`--data FOLDER\` names another folder of the embedded stack,
whatever \`ENERGYLIVE_STAGE\` says.

**Output.** Results go to standard output, everything else to standard error. With \`--json\` the result is JSON, in the
shape that each command below states; fields may be added, none is taken away. Standard error then holds one JSON object
a line: \`{ note }\` for what is said beside the result, \`{ error: { message, advice?, exit_code } }\` when it failed.
Colours and spinners appear on a terminal alone (\`NO_COLOR\` switches colours off there too), tables are cut to its
width, and nothing is asked without one.

**Exit codes.** 0: done. 1: failed; the message says what to do next. 2: used wrongly. \`--debug\` shows stack traces, and
on the embedded stack what the fetcher logs. Ctrl-C ends a command at once; where something must be brought to an end
first (messages that are held, devices that are written), it does that, says how far it came, and exits 1.

**Keys** are never shown, and never taken from an argument.

Options that every command has:

| option | what |
|---|---|
| \`--json\` | write the result as JSON |
| \`--stage <name>\` | a deployed stage, instead of the embedded stack |
| \`--data <folder>\` | the data folder of the embedded stack (default: \`.energylive\`, here or above) |
| \`--debug\` | show stack traces, and what the fetcher logs |
| \`--help\` | how a command is used, with examples |
`;

export function cliManual(program: CommandUnknownOpts): string {
  const sections = commandNodes(program)
    .filter(({ path }) => path.length > 0)
    .map(section);
  return [HEAD, ...sections].join("\n");
}

function section({ path, command }: CommandNode): string {
  const manual = manualOf(command);
  const isGroup = command.commands.length > 0;
  const parts = [
    `${path.length === 1 ? "##" : "###"} ${path.join(" ")}`,
    `${sentence(command.description())}`,
    ...(isGroup ? [] : [code(`energylive ${path.join(" ")} ${command.usage()}`), ...inputs(command)]),
    // Angle brackets would be taken for HTML.
    ...(manual?.notes ?? []).map((note) => note.replaceAll("<", "\\<")),
    ...(isGroup || manual === undefined ? [] : [code(examples(manual), "bash")]),
    ...(manual?.json === undefined ? [] : [`With \`--json\`: ${manual.json}.`]),
  ];
  return `${parts.join("\n\n")}\n`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function inputs(command: CommandUnknownOpts): string[] {
  const rows = [
    ...command.registeredArguments.map((argument) => {
      const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
      return [argument.required ? `<${name}>` : `[${name}]`, argument.description];
    }),
    ...command.options
      .filter(({ long }) => long !== undefined && !COMMON_OPTIONS.has(long))
      .map((option) => [option.flags, option.description]),
  ];
  if (rows.length === 0) return [];
  const cells = rows.map(
    ([name, what]) => `| \`${name?.replaceAll("|", "\\|")}\` | ${what?.replaceAll("|", "\\|")} |`,
  );
  return [["| | |", "|---|---|", ...cells].join("\n")];
}

function examples({ examples: lines }: Manual): string {
  const width = Math.max(...lines.map(([line]) => line.length));
  return lines.map(([line, what]) => `energylive ${line.padEnd(width)}  # ${what}`).join("\n");
}

function code(text: string, language = ""): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}
