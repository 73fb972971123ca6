// A promise and a deadline enter, its result leaves, or an error that says what took too long.

/** The result, where it comes in time. */
export async function within<Result>(ms: number, what: string, promise: Promise<Result>): Promise<Result> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`${what} took longer than ${ms} ms`)), ms)
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
