// A signal enters, this process leaves by the ordinary way, with the signal's exit code: children end with it, and what is to be cleaned up waits for 'exit'.

/** From now on. */
export function endOnSignals(): void {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => process.exit(code))
  }
}
