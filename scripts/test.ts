/** `npm test`: sees to a Chromium, builds, runs every suite, and ends with `N passed, N failed` and an honest exit code. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from './build.ts'
import { ensureChromium } from './ensure-chromium.ts'
import { countTests, totalLine, type VitestReport } from './test-totals.ts'

const executable = await ensureChromium()
await build()

const folder = mkdtempSync(join(tmpdir(), 'runtail-test-'))
const reportFile = join(folder, 'report.json')
const vitest = spawnSync(
  'vitest',
  ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`, ...process.argv.slice(2)],
  { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, RUNTAIL_CHROMIUM: executable } },
)
const totals = countTests(readReport(), vitest.status)
rmSync(folder, { recursive: true })

console.log(totalLine(totals))
process.exitCode = totals.failed > 0 ? 1 : 0

/** Nothing if vitest ended before it could write one. */
function readReport(): VitestReport | undefined {
  try {
    return JSON.parse(readFileSync(reportFile, 'utf8')) as VitestReport
  } catch (error) {
    console.error(`vitest left no report: ${String(error)}`)
    return undefined
  }
}
