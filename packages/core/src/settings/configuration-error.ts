/** Settings that a person must fix; each problem names the setting. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`${problems.join("; ")} (docs/configuration.md lists every setting)`);
    this.problems = problems;
  }
}
