// An address as a page's author writes it enters, the address of the server's socket leaves. Pure.

/**
 * `https://logs.example.com`, `wss://logs.example.com/trpc`, `//logs.example.com`, `/`, `/runtail/` (where a server is mounted) or nothing at all:
 * what is left out comes from `base`, a page's or a script's address.
 * @throws TypeError where it is no address
 */
export function socketUrl(text: string, base: string): string {
  const url = new URL(text, base)
  url.protocol = url.protocol.replace('http', 'ws')
  if (url.pathname.endsWith('/')) url.pathname += 'trpc'
  url.hash = ''
  return url.href
}
