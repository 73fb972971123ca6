// The addresses that a request claims (Host and Origin headers) enter, a reason to refuse it leaves; a foreign web page must not reach us. Pure.

/** Whom the server answers. */
export interface OriginRules {
  /** The address that the server listens on. */
  readonly host: string
  readonly allowedHosts: readonly string[]
  readonly allowedOrigins: readonly string[]
}

/** The headers that browsers set and pages cannot forge. */
export interface ClaimedAddresses {
  readonly host?: string | undefined
  readonly origin?: string | undefined
}

/** Nothing that a URL parser would take for the end of the host. */
const HOST_HEADER = /^[\w.:[\]-]+$/

const LOOPBACK_NAME = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** Whether a host, as one listens on it or as it stands in a Host header without its port, is this machine alone. */
export function isLoopback(host: string): boolean {
  return LOOPBACK_NAME.test(host.toLowerCase()) || host === '::1'
}

/**
 * Why a Host header is refused; undefined where it is fine. A page of an attacker whose name resolves to 127.0.0.1 (DNS rebinding) is
 * same-origin to its browser, and only the Host header gives it away.
 */
export function refuseHost({ host }: ClaimedAddresses, rules: OriginRules): string | undefined {
  const isChecked = isLoopback(rules.host) || rules.allowedHosts.length > 0
  if (!isChecked) return undefined
  const name = host !== undefined && HOST_HEADER.test(host) ? parse(`http://${host}`)?.hostname : undefined
  if (name !== undefined && (isLoopback(name) || rules.allowedHosts.some((allowed) => allowed.toLowerCase() === name)))
    return undefined
  return 'This host name is not served here. Call localhost, or add the name to allowedHosts.'
}

/** Why an Origin header is refused; undefined where it is fine, or where there is none: programs send none, browsers always do. */
export function refuseOrigin({ host, origin }: ClaimedAddresses, rules: OriginRules): string | undefined {
  if (origin === undefined || rules.allowedOrigins.includes(origin)) return undefined
  const claimed = parse(origin)
  // Parsed with the same scheme, so that a default port counts as the same whether it is written or not.
  if (claimed && host !== undefined && claimed.host === parse(`${claimed.protocol}//${host}`)?.host) return undefined
  return 'This origin may not connect. Add it to allowedOrigins.'
}

function parse(url: string): URL | undefined {
  if (!URL.canParse(url)) return undefined
  const parsed = new URL(url)
  return /^https?:$/.test(parsed.protocol) && parsed.pathname === '/' && parsed.username === '' ? parsed : undefined
}
