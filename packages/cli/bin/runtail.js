#!/usr/bin/env node
/** Checks Node's version and that the package is built, each with one clear line, then hands over to the built program. */
import { existsSync } from 'node:fs'

// Has `node:sqlite` and the global WebSocket.
const oldestNode = 24
const program = new URL('../dist/index.js', import.meta.url)

if (Number.parseInt(process.versions.node, 10) < oldestNode) {
  stop(`runtail needs Node ${oldestNode} or newer; this is Node ${process.versions.node}.`)
} else if (existsSync(program)) {
  await import(program.href)
} else {
  stop('runtail is not built yet; run `npm run build` in the repository first.')
}

/** @param {string} reason */
function stop(reason) {
  process.stderr.write(`${reason}\n`)
  process.exitCode = 1
}
