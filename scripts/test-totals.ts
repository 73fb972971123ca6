/** vitest's JSON report and exit code enter, honest totals leave: whatever is not a passed run counts as at least one failure. */

/** The part of vitest's JSON report that totals need. */
export interface VitestReport {
  testResults: {
    /** `failed` also for a file that could not be loaded and so has no assertions. */
    status: string
    assertionResults: { status: string }[]
  }[]
}

export interface Totals {
  passed: number
  failed: number
  skipped: number
}

/** A file that does not load, an unhandled error, a crash and a run without tests each count as one failure. */
export function countTests(report: VitestReport | undefined, exitCode: number | null): Totals {
  const totals: Totals = { passed: 0, failed: 0, skipped: 0 }
  for (const file of report?.testResults ?? []) {
    const statuses = file.assertionResults.map(({ status }) => status)
    const failed = statuses.filter((status) => status === 'failed').length
    totals.passed += statuses.filter((status) => status === 'passed').length
    totals.failed += failed === 0 && file.status === 'failed' ? 1 : failed
    totals.skipped += statuses.filter((status) => status !== 'passed' && status !== 'failed').length
  }
  if (totals.failed === 0 && (exitCode !== 0 || totals.passed === 0)) totals.failed = 1
  return totals
}

/** `3 passed, 0 failed`, and `, 1 skipped` if any was. */
export function totalLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
