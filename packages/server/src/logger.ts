// Where the server says what operators should know: lines of text, without log content and without tokens.

/** Takes one line each; `cause` is for the operator only and never reaches a client. */
export interface Logger {
  info(line: string): void
  warn(line: string, cause?: unknown): void
  error(line: string, cause?: unknown): void
}

/** The default: says nothing. */
export const silentLogger: Logger = { info() {}, warn() {}, error() {} }

/** The same logger, but for what it throws, which becomes a warning of the process: nobody who says something here is felt by a client. */
export function harmless(logger: Logger): Logger {
  const say = (level: keyof Logger, line: string, cause?: unknown): void => {
    try {
      logger[level](line, cause)
    } catch (error) {
      process.emitWarning(`The logger failed: ${String(error)}`, 'RuntailWarning')
    }
  }
  return {
    info: (line) => say('info', line),
    warn: (line, cause) => say('warn', line, cause),
    error: (line, cause) => say('error', line, cause),
  }
}
