/** Builds every package through turbo, so that only what has changed is built; silent unless it fails. */
import { quietly } from './quietly.mjs'

/** Whether everything is built; if not, the output has been shown. */
export async function build(): Promise<boolean> {
  const { code, output } = await quietly('Building', ['turbo', 'run', 'build', '--output-logs=errors-only'])
  if (code !== 0) console.error(output)
  return code === 0
}
