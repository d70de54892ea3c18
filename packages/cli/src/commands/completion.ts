import { Argument, type CommandUnknownOpts } from "@commander-js/extra-typings";

import { documented } from "../command.ts";

/** `energylive completion` */
export function addCompletionCommand(program: CommandUnknownOpts): void {
  documented(
    program
      .command("completion")
      .description("write a script that completes this command with the Tab key")
      .addArgument(new Argument("<shell>", "your shell").choices(["bash", "zsh", "fish"]))
      .helpOption("-h, --help", "show this help"),
    {
      examples: [
        ["completion bash >> ~/.bashrc", "bash"],
        ["completion zsh > ~/.zfunc/_energylive", "zsh, in a folder of $fpath"],
        ["completion fish > ~/.config/fish/completions/energylive.fish", "fish"],
      ],
      notes: [
        'The shell must find energylive: alias energylive="npx energylive", or npm link in packages/cli.',
      ],
    },
  ).action(async (shell) => {
    const { completionScript } = await import("../completion/script.ts");
    process.stdout.write(completionScript(shell, program));
  });
}
