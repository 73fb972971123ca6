// A certificate that signs itself leaves, for 127.0.0.1 and an hour, with its key: so that tests have TLS and no key is kept in the project.

import { generateKeyPairSync, sign } from 'node:crypto'

/** What `https.createServer` takes. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

/** RFC 5280, in DER: as little as a client that trusts it asks for. */
export function selfSigned(): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const nobody = sequence()
  const now = Date.now()
  const signed = sequence(
    der(0xa0, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, Buffer.from([1])),
    ECDSA_WITH_SHA256,
    nobody,
    sequence(utcTime(now - HOUR_MS), utcTime(now + HOUR_MS)),
    nobody,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(sequence(SUBJECT_ALT_NAME, CRITICAL, der(OCTETS, sequence(der(IP_ADDRESS, LOOPBACK)))))),
  )
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', signed, privateKey)])
  const bytes = sequence(signed, ECDSA_WITH_SHA256, der(BITS, signature))
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64')}\n-----END CERTIFICATE-----\n`,
  }
}

const HOUR_MS = 3_600_000
const INTEGER = 0x02
const BITS = 0x03
const OCTETS = 0x04
const IP_ADDRESS = 0x87
const LOOPBACK = Buffer.from([127, 0, 0, 1])
const CRITICAL = der(0x01, Buffer.from([0xff]))
const SUBJECT_ALT_NAME = der(0x06, Buffer.from('551d11', 'hex'))
const ECDSA_WITH_SHA256 = sequence(der(0x06, Buffer.from('2a8648ce3d040302', 'hex')))

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}

function utcTime(ms: number): Buffer {
  return der(0x17, Buffer.from(`${new Date(ms).toISOString().replaceAll(/\D/g, '').slice(2, 14)}Z`))
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
