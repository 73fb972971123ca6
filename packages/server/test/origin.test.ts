import { describe, expect, test } from 'vitest'
import { isLoopback, refuseHost, refuseOrigin, type OriginRules } from '../src/origin.ts'

const local: OriginRules = { host: '127.0.0.1', allowedHosts: [], allowedOrigins: [] }
const named: OriginRules = { ...local, allowedHosts: ['runtail.internal'] }
const open: OriginRules = { host: '0.0.0.0', allowedHosts: [], allowedOrigins: [] }

describe('refuseHost', () => {
  test.each([
    ['localhost:3000', local],
    ['localhost', local],
    ['LOCALHOST:3000', local],
    ['127.0.0.1:3000', local],
    ['127.1.2.3:3000', local],
    ['[::1]:3000', local],
    ['runtail.internal:3000', named],
    ['Runtail.Internal', named],
    ['runtail.internal', { ...local, allowedHosts: ['Runtail.Internal'] }],
    ['localhost:3000', named],
    ['localhost:3000', { ...local, host: '::1' }],
    ['anything.example', open],
    [undefined, open],
    ['runtail.internal', { ...open, allowedHosts: ['runtail.internal'] }],
  ])('lets %s pass', (host, rules) => {
    expect(refuseHost({ host }, rules)).toBeUndefined()
  })

  test.each([
    ['evil.example', local],
    ['evil.example:3000', local],
    ['localhost.evil.example', local],
    ['127.0.0.1.evil.example:3000', local],
    ['evil.example@localhost', local],
    ['localhost@evil.example', local],
    ['localhost/', local],
    ['localhost#', local],
    ['[::2]:3000', local],
    ['192.168.0.7:3000', local],
    ['', local],
    [' ', local],
    [undefined, local],
    ['not.runtail.internal', named],
    ['evil.example', { ...open, allowedHosts: ['runtail.internal'] }],
  ])('refuses %s', (host, rules) => {
    expect(refuseHost({ host }, rules)).toMatch(/allowedHosts/)
  })
})

describe('refuseOrigin', () => {
  const allowing: OriginRules = { ...local, allowedOrigins: ['https://app.example'] }

  test.each([
    [undefined, 'localhost:3000', local],
    ['http://localhost:3000', 'localhost:3000', local],
    ['http://LOCALHOST:3000', 'localhost:3000', local],
    ['http://[::1]:3000', '[::1]:3000', local],
    // Behind something that speaks TLS, with the port of the scheme written out or not.
    ['https://runtail.example', 'runtail.example', open],
    ['https://runtail.example', 'runtail.example:443', open],
    ['http://runtail.example', 'runtail.example:80', open],
    ['https://app.example', 'localhost:3000', allowing],
  ])('lets origin %s at host %s pass', (origin, host, rules) => {
    expect(refuseOrigin({ origin, host }, rules)).toBeUndefined()
  })

  test.each([
    ['http://evil.example', 'localhost:3000', local],
    ['http://localhost:3001', 'localhost:3000', local],
    ['http://127.0.0.1:3000', 'localhost:3000', local],
    ['https://runtail.example', 'runtail.example:80', open],
    ['null', 'localhost:3000', local],
    ['', 'localhost:3000', local],
    ['file://', 'localhost:3000', local],
    ['chrome-extension://localhost:3000', 'localhost:3000', local],
    ['http://localhost:3000/path', 'localhost:3000', local],
    ['http://user@localhost:3000', 'localhost:3000', local],
    ['http://localhost:3000', undefined, local],
    ['http://app.example', 'localhost:3000', allowing],
    ['https://app.example.evil.example', 'localhost:3000', allowing],
  ])('refuses origin %s at host %s', (origin, host, rules) => {
    expect(refuseOrigin({ origin, host }, rules)).toMatch(/allowedOrigins/)
  })
})

test.each([
  ['127.0.0.1', true],
  ['localhost', true],
  ['::1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['192.168.0.7', false],
  ['localhost.example', false],
])('isLoopback(%s) is %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected)
})
