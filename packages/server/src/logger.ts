// Where the server says what operators should know: lines of text, without log content and without tokens.

/** Takes one line each; `cause` is for the operator only and never reaches a client. */
export interface Logger {
  info(line: string): void
  warn(line: string, cause?: unknown): void
  error(line: string, cause?: unknown): void
}

/** The default: says nothing. */
export const silentLogger: Logger = { info() {}, warn() {}, error() {} }
