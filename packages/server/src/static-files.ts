// The folder of the built dashboard is read once, answers to GET and HEAD leave; only what was found in it then can ever be served.

import { RuntailError } from '@runtail/core'
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, relative, sep } from 'node:path'

/** What a Vite build emits; anything else is bytes. */
const MIME_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}

/** Files below it have a hash of their content in their name. */
const HASHED = '/assets/'

/** What other pages load as a script; it holds no secret, and what it may do here is decided when it connects. */
const SHARED = new Set(['/runtail-monitor.js'])

const INDEX = '/index.html'

/** What the dashboard's addresses are relative to. */
const ROOT_BASE = '<base href="/" />'

/** Paths that the dashboard has pages for. */
const PAGES = /^\/((monitoring|executions(\/[^/]+)?)\/?)?$/

/** One file, as it is sent. */
export interface StaticFile {
  readonly content: Buffer
  readonly type: string
  readonly etag: string
  readonly cacheControl: string
  /** Whether pages of other origins may load it. */
  readonly isShared: boolean
}

/** What to send for a path. */
export interface StaticAnswer {
  readonly status: 200 | 404
  readonly file: StaticFile
}

/** The files of a folder, by URL path. */
export class StaticFiles {
  readonly #files: ReadonlyMap<string, StaticFile>

  private constructor(files: ReadonlyMap<string, StaticFile>) {
    this.#files = files
  }

  /**
   * Reads a folder; undefined where it is absent or holds no index.html. Links are left out, so nothing outside is reached.
   * @throws RuntailError `invalid_option` where it cannot be read
   */
  static async load(folder: string): Promise<StaticFiles | undefined> {
    try {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(none)
      const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
      const files = new Map(await Promise.all(paths.map((path) => load(folder, path))))
      return files.has(INDEX) ? new StaticFiles(files) : undefined
    } catch (cause) {
      throw unreadable(folder, cause)
    }
  }

  /**
   * What a URL's path stands for. A map of known files is all there is to find, so `..`, however it is encoded, is just an unknown name.
   * Unknown pages get the dashboard as well, which says that it does not know them. Below a path of a service, its pages say so.
   */
  find(pathname: string, mountPath = ''): StaticAnswer | undefined {
    const path = decode(pathname)
    if (path === undefined) return undefined
    const file = path === INDEX ? undefined : this.#files.get(path)
    if (file) return { status: 200, file }
    const isPage = path === INDEX || PAGES.test(path)
    if (!isPage && (extname(path) !== '' || path.startsWith(HASHED))) return undefined
    const index = this.#index(mountPath)
    return index && { status: isPage ? 200 : 404, file: index }
  }

  #index(mountPath: string): StaticFile | undefined {
    const index = this.#files.get(INDEX)
    if (index === undefined || mountPath === '') return index
    const base = `<base href="${mountPath.replaceAll(/["&<>]/g, encodeURIComponent)}/" />`
    const content = Buffer.from(index.content.toString().replace(ROOT_BASE, () => base))
    return { ...index, content, etag: etagOf(content) }
  }
}

/** Sends a file, or says that the browser's copy is still good. */
export function sendFile(request: IncomingMessage, response: ServerResponse, { status, file }: StaticAnswer): void {
  response.setHeader('ETag', file.etag)
  response.setHeader('Cache-Control', file.cacheControl)
  if (file.isShared) {
    response.setHeader('Access-Control-Allow-Origin', '*')
    response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin')
  }
  if (status === 200 && request.headers['if-none-match'] === file.etag) {
    response.writeHead(304).end()
    return
  }
  response.writeHead(status, { 'Content-Type': file.type, 'Content-Length': file.content.byteLength })
  response.end(request.method === 'HEAD' ? undefined : file.content)
}

async function load(folder: string, path: string): Promise<[string, StaticFile]> {
  const content = await readFile(path)
  const url = `/${relative(folder, path).split(sep).join('/')}`
  const file = {
    content,
    type: MIME_TYPES[extname(path)] ?? 'application/octet-stream',
    etag: etagOf(content),
    cacheControl: url.startsWith(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache',
    isShared: SHARED.has(url),
  }
  return [url, file]
}

function etagOf(content: Buffer): string {
  return `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`
}

function unreadable(folder: string, cause: unknown): RuntailError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new RuntailError('invalid_option', {
    message: `Option dashboardDir must name a folder that can be read, but ${reason}.`,
    data: { option: 'dashboardDir', value: folder },
    cause,
  })
}

function none(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
  throw error
}

function decode(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname)
  } catch {
    // Not an encoding of anything: no file has such a name.
    return undefined
  }
}
