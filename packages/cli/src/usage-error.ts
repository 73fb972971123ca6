// A mistake in how the command was called, with what to do instead; ends in one line and exit code 2.

/** Thrown where the arguments make no sense. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly hint: string

  /** @param hint what to do instead, to stand after a semicolon */
  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}
