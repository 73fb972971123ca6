import { expect, test } from 'vitest'
import { executionPage, socketUrl } from '../src/url.ts'
import { UsageError } from '../src/usage-error.ts'

test.each([
  ['ws://localhost:3000/trpc', 'ws://localhost:3000/trpc'],
  ['http://localhost:3000', 'ws://localhost:3000/trpc'],
  ['http://localhost:3000/', 'ws://localhost:3000/trpc'],
  ['localhost:3000', 'ws://localhost:3000/trpc'],
  ['example.com', 'ws://example.com/trpc'],
  ['https://example.com/runtail/', 'wss://example.com/runtail/trpc'],
  ['wss://example.com/runtail/trpc/', 'wss://example.com/runtail/trpc'],
  ['HTTP://[::1]:3000', 'ws://[::1]:3000/trpc'],
  ['http://example.com/?tenant=1', 'ws://example.com/trpc?tenant=1'],
])('%s is the socket %s', (text, expected) => {
  expect(socketUrl(text)).toBe(expected)
})

test.each(['', 'ftp://example.com', 'http://', 'http://local host', 'ws://:3000', 'javascript:alert(1)'])(
  '"%s" is refused',
  (text) => {
    expect(() => socketUrl(text)).toThrow(UsageError)
  },
)

test.each([
  ['ws://localhost:3000/trpc', 'http://localhost:3000/executions/a:1'],
  ['wss://example.com/runtail/trpc', 'https://example.com/runtail/executions/a:1'],
])('an execution at %s is shown at %s', (socket, page) => {
  expect(executionPage(socket, 'a:1').replace('%3A', ':')).toBe(page)
})
