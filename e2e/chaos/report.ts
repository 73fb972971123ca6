// A verdict enters, the lines to print leave.

import { holds, type Verdict } from './evaluate.ts'

/** One figure per line, then what was wrong. */
export function reportOf(verdict: Verdict): string {
  const { worstRecovery, findings } = verdict
  const rows: [string, string | number][] = [
    ['submitted', verdict.submitted],
    ['acknowledged', verdict.acknowledged],
    ['stored', `${verdict.stored} (with the start and end of each execution)`],
    ...[...verdict.seen].map(([name, count]): [string, number] => [`seen by ${name}`, count]),
    ['lost', verdict.lost],
    ['acknowledged, not stored', verdict.falselyAcknowledged],
    ['doubled', verdict.doubled],
    ['out of order', verdict.outOfOrder],
    ['seen, not stored', verdict.invented],
    ['gaps shown', verdict.gapsShown],
    ['resets shown', verdict.resets],
    ['worst recovery', `${(worstRecovery.ms / 1000).toFixed(2)} s (after ${worstRecovery.after})`],
    ['connection attempts', `${verdict.maxAttemptsPerSecond} per second at most`],
  ]
  const width = Math.max(...rows.map(([name]) => name.length)) + 3
  const lines = rows.map(([name, value]) => `  ${name.padEnd(width)}${value}`)
  return [...lines, ...findings.map((finding) => `  ${finding}`), holds(verdict) ? '  held' : '  BROKEN'].join('\n')
}
