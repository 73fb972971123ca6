// What a network can do to a connection, as data: a schedule deals them out, the proxy carries them out.

/** `up` goes from the client to the server. */
export type Direction = 'up' | 'down'

/** A fault. It lasts until the proxy heals, except for those that are over at once: `cut`, `truncate`, `half_close`. */
export type Fault =
  /** Every connection is reset, in the middle of whatever goes on. New ones are taken. */
  | { readonly type: 'cut' }
  /** Half of what comes next from the server passes, and then the connection ends as if all were well. */
  | { readonly type: 'truncate' }
  /** One side is told that the other will send nothing more; the other side knows nothing of it. */
  | { readonly type: 'half_close'; readonly side: 'client' | 'server' }
  /** Nothing passes, and nobody is told; new connections are taken and hang as well. */
  | { readonly type: 'freeze'; readonly direction: Direction | 'both' }
  /** Every connection is reset, and so are new ones. */
  | { readonly type: 'refuse' }
  | { readonly type: 'throttle'; readonly bytesPerSecond: number }
  | { readonly type: 'delay'; readonly delayMs: number }
