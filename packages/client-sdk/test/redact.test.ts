// What must not leave the process: by keys, by places, by the form of texts; and what looks like it but stays.

import fc from 'fast-check'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { toLine } from '../src/log-line.ts'
import { createRedactor, redacted } from '../src/redact.ts'
import { SECRETS, isSuspicious } from '../src/redact-rules.ts'
import { describe as asText, toJson } from '../src/to-json.ts'
import type { RedactOptions } from '../src/types.ts'
import { connectClient } from './support/client.ts'
import { dataFolder, startServer } from './support/server.ts'
import { stored } from './support/stored.ts'

const HIDDEN = '[redacted]'

const inText = (text: string, options?: RedactOptions): string => redacted(text, 100_000, createRedactor(options))
const inData = (value: unknown, options?: RedactOptions): unknown =>
  toJson(value, { redactor: createRedactor(options), root: 'input' })

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U'
const KEY =
  '-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA04up8hoqzS1\n+APIB0RhjXyObwHQnOzhAk\n-----END RSA PRIVATE KEY-----'

describe('texts', () => {
  test.each([
    ['a password of a URL', 'postgres://app:hunter2@db:5432/x', `postgres://app:${HIDDEN}@db:5432/x`],
    ['one with an @ in it', 'redis://:p@ss@cache/0', `redis://:${HIDDEN}@cache/0`],
    ['a token as the user of a URL', 'https://abcdefghijklmnopqrstu@git.example/x', `https://${HIDDEN}@git.example/x`],
    ['a query', 'GET /x?a=1&access_token=abc&b=2', `GET /x?a=1&access_token=${HIDDEN}&b=2`],
    [
      'a signed query',
      'https://s3/x?X-Amz-Signature=ab12&sig=z',
      `https://s3/x?X-Amz-Signature=${HIDDEN}&sig=${HIDDEN}`,
    ],
    ['an assignment', 'DB_PASSWORD=hunter2 npm start', `DB_PASSWORD=${HIDDEN} npm start`],
    ['a quoted one', `api_key = "a b'c", next`, `api_key = "${HIDDEN}", next`],
    ['JSON', '{"user":"ada","password":"hunt\\"er2","n":1}', `{"user":"ada","password":"${HIDDEN}","n":1}`],
    [
      'JSON within JSON',
      String.raw`{"body":"{\"client_secret\":\"abc\",\"n\":1}"}`,
      String.raw`{"body":"{\"client_secret\":\"${HIDDEN}\",\"n\":1}"}`,
    ],
    ['what Node shows of an object', `{ accessToken: 'abc', n: 1 }`, `{ accessToken: '${HIDDEN}', n: 1 }`],
    ['words after a password', 'password: hunter2, user: ada', `password: ${HIDDEN}, user: ada`],
    ['a header', 'Authorization: Bearer abc.def\nAccept: */*', `Authorization: Bearer ${HIDDEN}\nAccept: */*`],
    [
      'a header of a command',
      `curl -H 'authorization: Basic dXNlcjpwYXNz' http://a`,
      `curl -H 'authorization: Basic ${HIDDEN}' http://a`,
    ],
    [
      'a header of a scheme that nobody knows',
      'Authorization: Negotiate YIIZ0123456789abc==\nAuthorization: Bot MTk4NjIy.Cl2FMQ.Znk kicked',
      `Authorization: ${HIDDEN}\nAuthorization: ${HIDDEN} kicked`,
    ],
    ['a short name', `DB_PASS=hunter2 "smtp_pass": "x"`, `DB_PASS=${HIDDEN} "smtp_pass": "${HIDDEN}"`],
    ['a bare bearer', 'sent Bearer 0123456789abcdef to it', `sent Bearer ${HIDDEN} to it`],
    ['cookies', 'Cookie: sid=abc; theme=dark\nHost: a', `Cookie: ${HIDDEN}\nHost: a`],
    ['a cookie that is set', 'Set-Cookie: sid=abc; Path=/; HttpOnly', `Set-Cookie: ${HIDDEN}; HttpOnly`],
    ['a JWT', `got ${JWT}.`, `got ${HIDDEN}.`],
    ['a private key', `before\n${KEY}\nafter`, `before\n${HIDDEN}\nafter`],
    ['a private key that is cut off', `before ${KEY.slice(0, 60)}`, `before ${HIDDEN}`],
    [
      'tokens of well-known forms',
      `ghp_${'a1'.repeat(18)} AKIAIOSFODNN7EXAMPLE xoxb-123456789012-abc`,
      `${HIDDEN} ${HIDDEN} ${HIDDEN}`,
    ],
  ])('%s', (_case, text, expected) => {
    expect(inText(text)).toBe(expected)
    // What is hidden already stays as it is.
    expect(inText(expected)).toBe(expected)
  })

  test.each([
    'SyntaxError: Unexpected token } in JSON at position 3',
    'used 1200 tokens, max_tokens=4096, total_tokens: 12',
    'if (token === undefined) return password => password',
    'secretary=ada; the secretariat',
    'see http://localhost:3000/a?b=c and mail ada@example.com',
    'ssh://git@example.com/x',
    'Basic authentication is on, bearer of news',
    'authorization failed for ada; cookie: too large',
    'packages/server/src/flow-gate.ts @4096 8c1f0b7a9d2e',
    'key=value monkey=7 tokenizer=fast',
  ])('stays: %s', (text) => {
    expect(inText(text)).toBe(text)
  })

  test('the one test that spares plain lines all others misses nothing that a rule would change', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'password',
        'PWD',
        '_pass',
        'secret',
        'token',
        'Cookie: ',
        'authorization',
        'Bearer ',
        'api-key',
        'ssh key',
        'signature',

        '=',
        ': ',
        '"',
        "'",
        '\\"',
        '://',
        '@',
        ':',
        '?',
        '&',
        'key',
        'sig',
        'x-amz-',
        ' ',
        '\n',
        'a',
        '1',
        JWT,
        KEY,

        'sk-',
        'ghp_',
        'AKIA',
        'AIza',
        'npm_',
        'hf_',
        'xoxb-',
        'sk_live_',
        'glpat-',
        'github_pat_',
        'a1'.repeat(18),
        'A1B2C3D4E5F6G7H8',
      ),
      fc.string({ maxLength: 8 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const text = pieces.join('')
        if (isSuspicious(text)) return
        for (const secret of SECRETS) expect(text.replace(secret, '')).toBe(text)
      }),
      { numRuns: 20_000 },
    )
  })

  test('no text makes a rule backtrack', { timeout: 20_000 }, () => {
    const long = 256 * 1024
    const redactor = createRedactor()
    const parts = [
      'cookie:',
      'authorization:',
      '_pass',
      'eyJ',
      'eyJ-',
      'eyJaaaaaaaaaa.',
      '://',
      '://a:',
      '://a:b@',
      'password',
      'password =',
      'cookie: a=',
      'a=b; ',
      '"\\',
      'Bearer ',
    ]
    const starts = [
      '',
      'cookie: ',
      'password="',
      'token: \\"',
      '://a:',
      'Bearer ',
      '-----BEGIN ',
      '-----BEGIN PRIVATE KEY-----',
    ]
    for (const start of starts) {
      for (const part of [...parts, '-----BEGIN ', 'A', '1', ' ', '@', '=']) {
        const text = (start + part.repeat(long / part.length)).slice(0, long)
        const startedMs = performance.now()
        redactor?.text(text)
        // Linear ones take a few milliseconds; a square takes minutes.
        expect(performance.now() - startedMs, `${start} ${part}`).toBeLessThan(2000)
      }
    }
  })

  test('what a bound would cut in two is hidden whole, also where much is hidden before it', () => {
    const key = (length: number): string => `-----BEGIN PRIVATE KEY-----${'A'.repeat(length)}-----END PRIVATE KEY-----`
    const before = fc.oneof(
      fc.nat(400).map((length) => 'x'.repeat(length)),
      fc.integer({ min: 3800, max: 4400 }).map(key),
    )
    fc.assert(
      fc.property(before, fc.nat(5000), (start, after) => {
        const shown = redacted(`${start} ${JWT} ${'y'.repeat(after)}`, 300, createRedactor())
        expect(shown.length).toBeLessThanOrEqual(300)
        expect(shown).not.toContain('eyJ')
      }),
      { numRuns: 1000 },
    )
  })
})

describe('data', () => {
  test('keys, however they are written, wherever they are', () => {
    const value = {
      PASSWORD: 'a',
      DB_PASS: 'a',
      user: { 'Api-Key': 'b', profile: [{ refreshToken: 'c' }, { name: 'ada' }] },
      headers: new Map<string, unknown>([
        ['Set-Cookie', ['sid=1']],
        ['accept', '*/*'],
      ]),
      credentials: { user: 'ada' },
      list: new Set([{ private_key: 'd' }]),
      pwd: 1234,
      connectionString: 'Server=x',
    }
    expect(inData(value)).toEqual({
      PASSWORD: HIDDEN,
      DB_PASS: HIDDEN,
      user: { 'Api-Key': HIDDEN, profile: [{ refreshToken: HIDDEN }, { name: 'ada' }] },
      headers: { 'Set-Cookie': HIDDEN, accept: '*/*' },
      credentials: HIDDEN,
      list: [{ private_key: HIDDEN }],
      pwd: HIDDEN,
      connectionString: HIDDEN,
    })
  })

  test('numbers that count and booleans that tell stay, and so does what is not there', () => {
    const value = {
      tokens: 12,
      max_tokens: 4096,
      hasPassword: true,
      token: null,
      cookieConsent: false,
      secretary: 'ada',
    }
    expect(inData(value)).toEqual(value)
  })

  test('texts in it, a toJSON, URLs, errors with their fields', () => {
    const problem = Object.assign(new Error('connect postgres://a:b@db', { cause: { password: 'c', at: 1 } }), {
      code: 'E1',
      token: 'd',
    })
    const value = {
      own: { toJSON: () => ({ secret: 'e', seen: 'f' }) },
      url: new URL('http://ada:pass@example.com/'),
      problem,
    }
    const shown = JSON.stringify(inData(value))
    expect(shown).toContain(`"own":{"secret":"${HIDDEN}","seen":"f"}`)
    expect(shown).toContain(`http://ada:${HIDDEN}@example.com/`)
    expect(shown).toContain(`connect postgres://a:${HIDDEN}@db`)
    expect(shown).toContain(String.raw`{ code: \"E1\", token: \"${HIDDEN}\" }`)
    expect(shown).toContain(String.raw`Caused by: {\"password\":\"${HIDDEN}\",\"at\":1}`)
    expect(asText(problem, createRedactor())).toContain(`"password":"${HIDDEN}"`)
  })
})

test('what is secret in a key, an unreadable place or a boxed text is hidden, too', () => {
  const problem = (): never => {
    throw new Error(`${'x'.repeat(170)} postgres://app:hunter2@${'y'.repeat(60)}`)
  }
  const value = {
    'redis://:hunter2@cache': 1,
    map: new Map<unknown, unknown>([
      [{ password: 'hunter2' }, 2],
      [[`${'x'.repeat(180)} redis://:hunter2@cache`], 3],
    ]),
    get place() {
      return problem()
    },
    boxed: Object('password=hunter2'),
    proxy: new Proxy({}, { ownKeys: problem }),
  }
  const shown = JSON.stringify(inData(value))
  expect(shown).not.toContain('hunt')
  expect(shown).toContain(`redis://:${HIDDEN}@cache`)
  expect(shown).toContain(`"boxed":"password=${HIDDEN}"`)
})

describe('what is asked for', () => {
  test('keys: texts are whole keys in any writing, patterns any part; numbers and booleans too', () => {
    const value = { IBAN: 'x', 'account-no': 7, accountNo2: 8, ssn: true, userSsn: 'y', iban2: 'z' }
    const options = { keys: ['iban', 'accountNo', /^ssn/gi] }
    const expected = { ...value, IBAN: HIDDEN, 'account-no': HIDDEN, ssn: HIDDEN }
    expect(inData(value, options)).toEqual(expected)
    // A flag g remembers nothing.
    expect(inData([value, value], options)).toEqual([expected, expected])
  })

  test('paths: places in input, a star for one level', () => {
    const value = {
      user: { email: 'a', name: 'n' },
      rows: [{ email: 'b' }, { email: 'c', deep: { email: 'd' } }],
      email: 'e',
    }
    const options = { paths: ['input.user.email', 'input.rows.*.email', 'output.email', 'input_data.rows.1.deep'] }
    expect(inData(value, options)).toEqual({
      user: { email: HIDDEN, name: 'n' },
      rows: [{ email: HIDDEN }, { email: HIDDEN, deep: HIDDEN }],
      email: 'e',
    })
    expect(inData({ a: 1 }, { paths: ['input'] })).toBe(HIDDEN)
  })

  test('patterns: everywhere, each time, whatever their flags and lastIndex', () => {
    const sticky = /\d{4}/y
    sticky.lastIndex = 99
    for (const pattern of [/\d{4}/, /\d{4}/g, sticky]) {
      expect(inText('a 1234 b 5678', { patterns: [pattern] })).toBe(`a ${HIDDEN} b ${HIDDEN}`)
      expect(inText('a 1234 b 5678', { patterns: [pattern] })).toBe(`a ${HIDDEN} b ${HIDDEN}`)
      expect(inData(['1234', { x: 'y 1234' }], { patterns: [pattern] })).toEqual([HIDDEN, { x: `y ${HIDDEN}` }])
    }
  })

  test('a replacement of its own is taken as it is', () => {
    expect(inText('password=a', { replacement: '$1$&***' })).toBe('password=$1$&***')
  })

  test('nothing at all', () => {
    expect(createRedactor(false)).toBeUndefined()
    expect(redacted('password=a', 100, undefined)).toBe('password=a')
  })

  test.each<[string, unknown]>([
    ['keys', { keys: 'password' }],
    ['keys', { keys: [7] }],
    ['patterns', { patterns: ['a'] }],
    ['paths', { paths: ['user.email'] }],
  ])('%s of no use are told at once', (name, options) => {
    expect(() => createRedactor(options as RedactOptions)).toThrow(
      expect.objectContaining({ code: 'invalid_option', data: { option: `redact.${name}` } }),
    )
  })
})

test('of a line, messages, errors, input and output; names, ids and tags stay', () => {
  const secret = 'password=hunter2'
  const line = toLine(
    {
      execution_id: 'e',
      step_name: secret,
      step_type: secret,
      message: secret,
      error_message: secret,
      input_data: { a: secret },
      output_data: secret,
    },
    createRedactor(),
  )
  expect(JSON.parse(line.json)).toMatchObject({
    step_name: secret,
    step_type: secret,
    message: `password=${HIDDEN}`,
    error_message: `password=${HIDDEN}`,
    input_data: { a: `password=${HIDDEN}` },
    output_data: `password=${HIDDEN}`,
  })
})

test('nothing of it reaches the network, or the files of an outbox', async () => {
  const { server, url, port } = await startServer()
  await server.close()
  const folder = await dataFolder()
  const { client } = connectClient(url, { outbox: { folder }, redact: { patterns: [/hunter\d/], replacement: '***' } })
  const execution = await client.startExecution({ workflow_id: 'w', id: 'run-1', input: { password: 'hunter1' } })
  execution.log('the hunter2', { output_data: new Map([['Cookie', 'hunter3']]) })
  const failing = execution.step('load', { input: ['hunter4'] }, () => {
    throw Object.assign(new Error('hunter5', { cause: 'hunter6' }), { token: 'hunter7' })
  })
  await expect(failing).rejects.toThrow('hunter5')
  const done = execution.fail({ reason: 'hunter8' })
  const files = await readdir(folder, { recursive: true, withFileTypes: true })
  const kept = await Promise.all(
    files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), 'utf8')),
  )
  expect(kept.join('\n')).toContain('load failed')
  expect(kept.join('\n')).not.toContain('hunter')
  await startServer({ port })
  client.reconnect()
  await done
  const logs = JSON.stringify(await stored(client, 'run-1'))
  expect(logs).toContain('the ***')
  expect(logs).not.toContain('hunter')
})
