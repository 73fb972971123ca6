// Numbers of rounds enter, a median and its spread leave. Pure.

/** What several rounds said about one thing. */
export interface Summary {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** @throws RangeError for no values, or for one that is no number: nothing was measured then */
export function summarise(values: readonly number[]): Summary {
  if (values.length === 0 || values.some((value) => !Number.isFinite(value))) {
    throw new RangeError(`Nothing to summarise in [${values.join(', ')}]`)
  }
  const sorted = values.toSorted((a, b) => a - b)
  return { median: quantileOf(sorted, 0.5), min: sorted[0] as number, max: sorted.at(-1) as number }
}

/** The value below which that part of the values lies, between two of them where it falls between; 0 ≤ part ≤ 1. */
export function quantile(values: readonly number[], part: number): number {
  if (values.length === 0) throw new RangeError('No values')
  return quantileOf(
    values.toSorted((a, b) => a - b),
    part,
  )
}

/**
 * The ratios of the pairs of one round. Neighbours in time share what the machine had to do beside them, so the median of these ratios says more
 * than the ratio of two medians.
 */
export function ratiosByRound(of: readonly number[], to: readonly number[]): number[] {
  return of.slice(0, to.length).map((value, round) => value / (to[round] as number))
}

function quantileOf(sorted: readonly number[], part: number): number {
  const place = (sorted.length - 1) * part
  const low = sorted[Math.floor(place)] as number
  const high = sorted[Math.ceil(place)] as number
  return low + (high - low) * (place - Math.floor(place))
}
