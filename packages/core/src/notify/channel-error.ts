/** Something could not be told. The message contains no secret. */
export class ChannelError extends Error {
  override readonly name = "ChannelError";
  /** Whether trying again is useless until somebody changes something. */
  readonly isPermanent: boolean;

  constructor(message: string, options: { isPermanent: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.isPermanent = options.isPermanent;
  }
}
