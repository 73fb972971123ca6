/** `npm test`: sees to a Chromium, builds, runs every suite, and ends with `N passed, N failed` and an honest exit code. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from './build.ts'
import { ensureChromium } from './ensure-chromium.ts'
import { countTests, totalLine, type Totals, type VitestReport } from './test-totals.ts'

const totals = await run().catch((error: unknown): Totals => {
  console.error(error instanceof Error ? error.message : error)
  return { passed: 0, failed: 1, skipped: 0 }
})
console.log(totalLine(totals))
process.exitCode = totals.failed > 0 ? 1 : 0

async function run(): Promise<Totals> {
  const executable = await ensureChromium()
  if (!(await build())) throw new Error('Nothing was tested, because the build failed.')
  const folder = mkdtempSync(join(tmpdir(), 'runtail-test-'))
  try {
    const report = join(folder, 'report.json')
    const { status } = spawnSync(
      'vitest',
      ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)],
      { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, RUNTAIL_CHROMIUM: executable } },
    )
    return countTests(read(report), status)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Nothing if vitest ended before it could write its report. */
function read(path: string): VitestReport | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as VitestReport
  } catch (error) {
    console.error(`vitest left no report: ${String(error)}`)
    return undefined
  }
}
