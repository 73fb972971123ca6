/** Builds every package through turbo, so that only what has changed is built; silent unless it fails. */
import { quietly } from './quietly.mjs'

/** Resolves when everything is built; otherwise the output has been shown and the process ends with code 1. */
export async function build(): Promise<void> {
  const code = await quietly('Building', ['turbo', 'run', 'build', '--output-logs=errors-only'])
  if (code !== 0) process.exit(1)
}
