import { RuntailError } from '@runtail/core'
import { expect, test } from 'vitest'
import { allowAll } from '../src/authorize.ts'
import { createServer, DEFAULTS, type ServerOptions } from '../src/index.ts'
import { resolveOptions } from '../src/options.ts'

test('fills in every default', () => {
  expect(resolveOptions({})).toStrictEqual({ ...DEFAULTS, dashboardDir: undefined })
  expect(resolveOptions({ port: 0, limits: { sockets: 3 } })).toStrictEqual({
    ...DEFAULTS,
    dashboardDir: undefined,
    port: 0,
    limits: { ...DEFAULTS.limits, sockets: 3 },
  })
})

test.each<[string, ServerOptions]>([
  ['port', { port: 65_536 }],
  ['port', { port: -1 }],
  ['port', { port: 1.5 }],
  ['port', { port: Number.NaN }],
  ['host', { host: '' }],
  ['dataDir', { dataDir: '' }],
  ['demo.folder', { demo: { folder: '' } }],
  ['allowedOrigins', { allowedOrigins: ['example.com'] }],
  ['allowedOrigins', { allowedOrigins: ['https://example.com/'] }],
  ['limits.sockets', { limits: { sockets: 0 } }],
  ['keepAlive.pingAfterMs', { keepAlive: { pingAfterMs: -1 } }],
  ['closeTimeoutMs', { closeTimeoutMs: 0 }],
  ['flow', { flow: { lowBytes: 2, highBytes: 1 } }],
])('refuses a wrong %s: %o', (option, options) => {
  const error = caught(() => createServer(options))
  expect(error.code).toBe('invalid_option')
  expect(error.message).toContain(option)
  expect(error.message).not.toContain('\n')
})

test('refuses a store that is none', () => {
  const options: unknown = { store: 'redis' }
  expect(caught(() => createServer(options as ServerOptions)).message).toContain('"redis"')
})

test.each(['0.0.0.0', '::', '192.168.0.7', 'example.com'])(
  'does not let everybody beyond loopback in: %s',
  async (host) => {
    for (const authorize of [undefined, allowAll]) {
      const server = createServer({ host, port: 0, store: 'memory', ...(authorize && { authorize }) })
      await expect(server.listen()).rejects.toMatchObject({
        code: 'cannot_listen',
        message: expect.stringContaining('--insecure'),
      })
    }
  },
)

function caught(action: () => unknown): RuntailError {
  try {
    action()
  } catch (error) {
    if (error instanceof RuntailError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
