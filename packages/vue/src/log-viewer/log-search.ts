// What somebody looks for enters, a pattern or what is wrong with it leaves; and from matches and a place, the next match. Pure.

import type { LogMatches } from '@runtail/core'

/** What is looked for. */
export interface Search {
  readonly text: string
  readonly isRegex: boolean
  readonly isCaseSensitive: boolean
}

/** The pattern of a search: undefined where nothing is looked for, a sentence where it is no pattern. */
export function searchPattern({ text, isRegex, isCaseSensitive }: Search): RegExp | string | undefined {
  if (text === '') return undefined
  try {
    return new RegExp(
      isRegex ? text : text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`),
      isCaseSensitive ? '' : 'i',
    )
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^Invalid regular expression: .*: /, 'Not a pattern: ') : ''
  }
}

/** The match after `seq`, or before it where `step` is -1; from either end it goes on at the other. Undefined without matches. */
export function matchBeside(matches: LogMatches, seq: number, step: 1 | -1): number | undefined {
  const index = step === 1 ? matches.indexOf(seq + 1) : matches.indexOf(seq) - 1
  return matches.at((index + matches.count) % matches.count)
}
