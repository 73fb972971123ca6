// A token or a function that is asked for one enters, one that remembers its last answer leaves: a crash cannot wait for another.

import type { ClientOptions } from '../types.ts'

type Token = NonNullable<ClientOptions['token']>

const lastTokens = new WeakMap<object, string>()

/** The same token, remembered. */
export function remembered(token: Token): Token {
  if (typeof token !== 'function') return token
  const own = async (): Promise<string> => {
    const answer = await token()
    lastTokens.set(own, answer)
    return answer
  }
  return own
}

/** What was sent last; undefined where nothing was. */
export function lastTokenOf(token: Token | undefined): string | undefined {
  return typeof token === 'function' ? lastTokens.get(token) : token
}
