// A message that anybody may have written enters, text leaves that can only write characters and colours into a terminal.

/** A colour sequence (SGR), or one control character: C0 but tab, DEL, C1. */
// oxlint-disable-next-line no-control-regex -- control characters are the subject
const COLOR_OR_CONTROL = /\u001B\[[\d;:]*m|[\u0000-\u0008\u000A-\u001F\u007F-\u009F]/g
const RESET = '\u001B[0m'

/** How {@link safeText} writes. */
export interface SafeTextOptions {
  /** Keeps colours; they end with the text. */
  readonly colors: boolean
}

/**
 * Makes every control character visible instead of effective; an escape sequence becomes `␛` and plain text. Colours stay or are taken out.
 * A text of several lines must be split before: `\n` is made visible too.
 */
export function safeText(text: string, options: SafeTextOptions): string {
  let colored = false
  const safe = text.replaceAll(COLOR_OR_CONTROL, (found) => {
    if (found.length === 1) return pictureOf(found.charCodeAt(0))
    colored = true
    return options.colors ? found : ''
  })
  return colored && options.colors ? safe + RESET : safe
}

/** The symbol of a control character; those without one become their code. */
function pictureOf(code: number): string {
  if (code < 0x20) return String.fromCodePoint(0x24_00 + code)
  if (code === 0x7f) return '\u2421'
  return `\\x${code.toString(16)}`
}
