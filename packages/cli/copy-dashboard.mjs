/** The built dashboard enters, `dist/dashboard` leaves: the program brings it along, so that whoever installs it needs nothing else. */
import { cpSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const index = fileURLToPath(import.meta.resolve('@runtail/dashboard/index.html'))
const carried = join(import.meta.dirname, 'dist/dashboard')
// The names of its files change with what is in them.
rmSync(carried, { recursive: true, force: true })
cpSync(dirname(index), carried, { recursive: true })
