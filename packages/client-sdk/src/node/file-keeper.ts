// A folder enters, an outbox in a file of our own leaves; files of processes that are dead are taken over one at a time, and delivered. Invariant 3.

import { RuntailError } from '@runtail/core'
import { createHash } from 'node:crypto'
import { readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newId } from '../new-id.ts'
import type { Keeper, KeeperOptions } from '../keeper.ts'
import { toLine, type LogLine } from '../log-line.ts'
import { invalidOption } from '../options.ts'
import type { Outbox } from '../outbox.ts'
import type { Producer } from '../producer.ts'
import { startTicks } from '../timers.ts'
import { FileOutbox, type FileOutboxOptions } from './file-outbox.ts'
import { JournalFile } from './journal-file.ts'
import { readJournal, type Left, type LeftExecution } from './journal.ts'
import { isDead, nameOf, parseName, self, TOUCH_INTERVAL_MS } from './owner.ts'

/** A folder that holds more takes no further file: somebody has been without a server for very long. */
const MAX_FOLDER_BYTES = 1024 * 1024 * 1024

/** What is being delivered for a process that is dead. */
interface Adopted {
  readonly id: string
  readonly outbox: FileOutbox
  readonly producer: Producer
}

/** The outbox of this process in a file, and those of dead ones. */
export class FileKeeper implements Keeper {
  readonly outbox: FileOutbox
  readonly #options: KeeperOptions
  readonly #folder: string
  readonly #id = newId()
  readonly #files = new Set<JournalFile>()
  readonly #stopTouching: () => void
  #adopting: Promise<void> | undefined
  #adopted: Adopted | undefined
  #acknowledged = 0
  #phase: 'open' | 'closed' = 'open'
  #isIdle = true

  /** @throws RuntailError `invalid_option` */
  constructor(options: KeeperOptions) {
    this.#options = options
    // Lines for one server must not go to another.
    this.#folder = join(options.folder, createHash('sha256').update(options.url).digest('hex').slice(0, 16))
    const { abandoned } = options.outbox
    if (abandoned !== 'leave' && abandoned !== 'cancel')
      throw invalidOption('outbox.abandoned', "must be 'leave' or 'cancel'")
    const header = { url: options.url, abandoned }
    this.outbox = new FileOutbox({ ...this.#outboxOptions(this.#id, header), refusal: () => this.#refusal() })
    this.#stopTouching = startTicks(TOUCH_INTERVAL_MS, () => this.#touch())
  }

  get acknowledged(): number {
    return this.#acknowledged + (this.#adopted?.outbox.stats.acknowledged ?? 0)
  }

  get isIdle(): boolean {
    return this.#isIdle
  }

  adopt(producerFor: (outbox: Outbox) => Producer): void {
    if (this.#adopting || this.#phase === 'closed') return
    this.#isIdle = false
    this.#adopting = this.#adoptAll(producerFor)
      .catch((cause: unknown) => this.#tell('What an earlier process left could not be delivered', cause))
      .finally(() => (this.#isIdle = true))
  }

  idle(): Promise<void> {
    return this.#adopting ?? Promise.resolve()
  }

  tidy(): void {
    this.outbox.tidy()
  }

  close(): number {
    if (this.#phase === 'closed') return 0
    this.#phase = 'closed'
    this.#stopTouching()
    this.#release()
    return this.outbox.close(this.#pathOf(this.#id, 'free'))
  }

  async #adoptAll(producerFor: (outbox: Outbox) => Producer): Promise<void> {
    for (const { name, id } of this.#orphans()) {
      if (this.#phase === 'closed') return
      const path = this.#pathOf(id)
      if (!moved(join(this.#folder, name), path)) continue
      const bytes = await readFile(path)
      const left = readJournal(bytes)
      if (left) await this.#deliver({ id, left }, producerFor)
      else this.#setAside(id, bytes.length)
    }
  }

  async #deliver(
    { id, left }: { readonly id: string; readonly left: Left },
    producerFor: (outbox: Outbox) => Producer,
  ): Promise<void> {
    const outbox = new FileOutbox(this.#outboxOptions(id, left.header), 'loading')
    const producer = producerFor(outbox)
    this.#adopted = { id, outbox, producer }
    for (const each of left.executions) {
      const lane = producer.open(each.execution)
      for (const line of this.#linesOf(each, left.header.abandoned)) producer.add(lane, line)
    }
    // Nothing was sent before: the network has its turn after us.
    outbox.commit()
    if (this.#phase === 'open') await producer.settled()
    this.#release()
  }

  *#linesOf({ execution, items, isEnded }: LeftExecution, abandoned: 'leave' | 'cancel'): Generator<LogLine> {
    for (const item of items) {
      yield 'json' in item ? item : this.#options.writeGap(execution.id, item.dropped, 'the outbox lost them')
    }
    if (isEnded || abandoned === 'leave') return
    yield toLine({
      execution_id: execution.id,
      step_name: execution.workflow_id ?? '',
      step_type: 'workflow',
      level: 'warning',
      event: 'execution.canceled',
      message: 'The process that reported this execution was killed. What it had reported until then is complete.',
    })
  }

  /** What is not delivered goes on in another process. */
  #release(): void {
    const adopted = this.#adopted
    if (!adopted) return
    this.#acknowledged = this.acknowledged
    this.#adopted = undefined
    adopted.producer.close()
    adopted.outbox.close(this.#pathOf(adopted.id, 'free'))
  }

  /** Oldest first: their names begin with a time. */
  #orphans(): readonly { readonly name: string; readonly id: string }[] {
    const nowMs = Date.now()
    return filesIn(this.#folder).flatMap(({ name, changedMs }) => {
      const parsed = parseName(name.replace(/\.draft$/, ''))
      if (!parsed || (parsed.owner && !isDead(parsed.owner, nowMs - changedMs))) return []
      if (!name.endsWith('.draft')) return [{ name, id: parsed.id }]
      // Its process died before it was whole; the journal beside it still is.
      rmSync(join(this.#folder, name), { force: true })
      return []
    })
  }

  #setAside(id: string, size: number): void {
    if (size === 0) return rmSync(this.#pathOf(id), { force: true })
    const path = join(this.#folder, `${id}.unreadable`)
    renameSync(this.#pathOf(id), path)
    this.#tell('What an earlier process left cannot be read, and is set aside', path)
  }

  #outboxOptions(id: string, header: FileOutboxOptions['header']): FileOutboxOptions {
    const { writeGap, onDrop, outbox: bounds } = this.#options
    const file = new JournalFile(this.#pathOf(id))
    this.#files.add(file)
    const onBroken = (cause: unknown): void => this.#tell('The outbox goes on in memory alone', cause)
    return { file, header, bounds, writeGap, onDrop, onBroken, refusal: () => undefined }
  }

  #refusal(): string | undefined {
    const bytes = filesIn(this.#folder).reduce((sum, { size }) => sum + size, 0)
    return bytes > MAX_FOLDER_BYTES
      ? `it holds ${Math.round(bytes / 1024 / 1024)} MiB for this server already`
      : undefined
  }

  #pathOf(id: string, owner?: 'free'): string {
    return join(this.#folder, nameOf({ id, owner: owner === 'free' ? undefined : self }))
  }

  #touch(): void {
    for (const file of this.#files) {
      if (!file.isOpen) continue
      try {
        file.touch()
      } catch (cause) {
        this.#files.delete(file)
        this.#tell('Another process may take over the outbox of this one', cause)
      }
    }
  }

  #tell(what: string, cause: unknown): void {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `${what}: ${reason}. Is the folder ${this.#options.folder} there, writable, and not full?`
    this.#options.onError(new RuntailError('store_unavailable', { message, cause }))
  }
}

/** False where another process was faster. */
function moved(from: string, to: string): boolean {
  try {
    renameSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

interface FolderFile {
  readonly name: string
  readonly size: number
  readonly changedMs: number
}

/** The files of a folder that may not be there, sorted; those that vanish meanwhile left out. */
function filesIn(folder: string): readonly FolderFile[] {
  const names = readdirOf(folder).toSorted()
  return names.flatMap((name) => {
    const stat = statSync(join(folder, name), { throwIfNoEntry: false })
    return stat ? [{ name, size: stat.size, changedMs: stat.mtimeMs }] : []
  })
}

function readdirOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    // Nobody was there before us; whether it can be made shows when there is something to write.
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}
