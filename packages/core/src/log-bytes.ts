// Texts enter one after another, as UTF-8 in one run of bytes off the JS heap; what was written is never moved and never changed.

const LEAST_BYTES = 1024
/** A UTF-16 unit needs at most three bytes of UTF-8. */
const BYTES_PER_UNIT = 3

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** A growing run of texts. */
export class Bytes {
  #bytes = new Uint8Array(0)
  #used = 0

  /** Bytes written. */
  get used(): number {
    return this.#used
  }

  /** Bytes held. */
  get capacity(): number {
    return this.#bytes.byteLength
  }

  /**
   * Appends a text, which must be well-formed; the bytes it took.
   * `filled` is the share of its final content, 0 to 1, that this run is known to have, so that growing needs no guess.
   */
  write(text: string, filled: number): number {
    this.#reserve(BYTES_PER_UNIT * text.length, filled)
    const { written } = encoder.encodeInto(text, this.#bytes.subarray(this.#used))
    this.#used += written
    return written
  }

  /** The text between two offsets at which texts began or ended. */
  text(from: number, to: number): string {
    return decoder.decode(this.#bytes.subarray(from, to))
  }

  /** How many UTF-16 units that text has: every byte that begins a character is one, and those beyond the basic plane are two. */
  units(from: number, to: number): number {
    const bytes = this.#bytes
    let units = 0
    for (let at = from; at < to; at += 1) {
      const byte = bytes[at] ?? 0
      if (byte < 0x80 || byte >= 0xc0) units += byte >= 0xf0 ? 2 : 1
    }
    return units
  }

  /** Gives back what growing ahead took. */
  trim(): void {
    this.#bytes = this.#bytes.slice(0, this.#used)
  }

  #reserve(bytes: number, filled: number): void {
    const needed = this.#used + bytes
    if (needed <= this.#bytes.byteLength) return
    // Lines are alike: reckon the end from what they took so far, rather than doubling blindly.
    const expected = filled > 1 / 16 ? Math.ceil((this.#used / filled) * 1.05) : 0
    const grown = new Uint8Array(Math.max(needed, expected, LEAST_BYTES, Math.ceil(this.#bytes.byteLength * 1.5)))
    grown.set(this.#bytes.subarray(0, this.#used))
    this.#bytes = grown
  }
}
