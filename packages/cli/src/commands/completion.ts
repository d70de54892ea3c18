import { Argument, type CommandUnknownOpts } from "@commander-js/extra-typings";

import { documented, run } from "../command.ts";

/** `energylive completion` */
export function addCompletionCommand(program: CommandUnknownOpts): void {
  documented(
    program
      .command("completion")
      .description("write a script that completes this command with the Tab key")
      .addArgument(new Argument("<shell>", "your shell").choices(["bash", "zsh", "fish"]))
      .option("--json", "write the result as JSON")
      .helpOption("-h, --help", "show this help"),
    {
      examples: [
        [
          "completion bash > ~/.local/share/bash-completion/completions/energylive",
          "bash, with the package bash-completion",
        ],
        ["completion bash >> ~/.bashrc", "bash, without"],
        ["completion zsh > ~/.zfunc/_energylive", "zsh, in a folder of $fpath"],
        ["completion fish > ~/.config/fish/completions/energylive.fish", "fish"],
      ],
      json: "`{ shell, script }`",
      notes: [
        'The shell completes what it finds by this name: put node_modules/.bin of the clone on its path, PATH="$PWD/node_modules/.bin:$PATH" in its folder. That also starts it sooner than npx does.',
      ],
    },
  ).action((shell, options) =>
    run(options, async ({ output }) => {
      const { completionScript } = await import("../completion/script.ts");
      const script = completionScript(shell, program);
      await output.write(options.json === true ? `${JSON.stringify({ shell, script })}\n` : script);
    }),
  );
}
