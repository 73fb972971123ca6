// Batches of logs enter, rows of Postgres leave, with the keys of our table and its default durability; one statement a batch.

import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { storedText } from '../src/lines.ts'
import { tempFolder } from '../src/temp.ts'
import type { IngestPeer } from './ingest.ts'
import { freePort, giveFolder, runProgram, ServerProcess, unlessInstalled } from './server-process.ts'

const TABLE = `
  CREATE TABLE logs (
    execution_id text NOT NULL, seq integer NOT NULL, id text NOT NULL, log text NOT NULL,
    PRIMARY KEY (execution_id, seq), UNIQUE (id, execution_id)
  )`
const INSERT = `
  INSERT INTO logs (execution_id, seq, id, log) SELECT $1, * FROM unnest($2::integer[], $3::text[], $4::text[])`

/** Postgres with `fsync` and `synchronous_commit` on, as it comes. */
export const postgres: IngestPeer = {
  name: 'Postgres',
  unavailable: () => unlessInstalled('initdb', 'postgresql'),
  async open(producers, stack) {
    const folder = stack.use(tempFolder())
    giveFolder(folder.path)
    const data = join(folder.path, 'data')
    runProgram('initdb', ['-D', data, '-U', 'bench', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'])
    const port = await freePort()
    stack.use(
      await ServerProcess.start(
        'postgres',
        ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', '', '-c', 'max_wal_size=2GB'],
        port,
      ),
    )
    const pool = new pg.Pool({ host: '127.0.0.1', port, user: 'bench', database: 'postgres', max: producers })
    // The server is killed while idle connections are still open.
    pool.on('error', () => undefined)
    stack.defer(() => pool.end())
    await untilItServes(pool)
    await pool.query(TABLE)
    return Array.from({ length: producers }, () => async (executionId, from, logs) => {
      const seqs = logs.map((_, index) => from + index + 1)
      const texts = logs.map((log, index) => storedText(log, from + index + 1))
      await pool.query({ name: 'insert', text: INSERT, values: [executionId, seqs, logs.map(({ id }) => id), texts] })
    })
  },
}

/** It listens before it serves, and says so by this code. */
async function untilItServes(pool: pg.Pool): Promise<void> {
  for (;;) {
    try {
      await pool.query('SELECT 1')
      return
    } catch (error) {
      if (!(error instanceof pg.DatabaseError) || error.code !== '57P03') throw error
      await pause(20)
    }
  }
}
