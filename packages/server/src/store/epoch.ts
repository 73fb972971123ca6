// Randomness enters, the name of a store's new epoch leaves: short, since it goes along with every frame, and without a colon.

import { randomBytes } from 'node:crypto'

/** An epoch that no other opening of any store has: 48 random bits as hexadecimal text. */
export function randomEpoch(): string {
  return randomBytes(6).toString('hex')
}
