// What is secret by default: names of keys, and forms of texts. Each form is found in a time linear in the text; a text that has none of them is told from a few small tests.

const PASSWORDS = 'pass(?:word|wd|phrase|code)|pwd'
const SIGNATURES = 'secret(?!ar)|credential|signature'
const KEYS = '(?:api|access|account|private|signing|encryption|ssh)[-_ ]?key'
const WORDS = `${PASSWORDS}|${SIGNATURES}|${KEYS}`

/** Keys whose values are hidden, numbers and booleans apart: those count and tell more often than they give away. */
export const SECRET_KEY = new RegExp(
  `${WORDS.replace('signature|', '')}|token$|tokens$|cookie|authorization|jwt$|^auth$|(?:^|[-_])pass$|connection[-_ ]?string`,
  'i',
)

/** Keys of which numbers are hidden too. */
export const SECRET_NUMBER_KEY = /passw|passc|pwd/i

/** Whatever a rule below can change has one of these. Several tests take half the time of one: engines look ahead in small ones only. */
const SUSPICIOUS: readonly RegExp[] = [
  new RegExp(`${PASSWORDS}|[-_]pass|token|cookie`, 'i'),
  new RegExp(`${SIGNATURES}|authorization|bearer|basic\\s`, 'i'),
  new RegExp(KEYS, 'i'),
  /[?&](?:key|sig|auth|x-)|:\/\/[^\s/?#]*@/i,
  /-----BEGIN|gh[pousr]_|github_pat_|glpat-|npm_|hf_/,
  /eyJ|xox[abeoprs]-|[sr]k[-_]|A[KS]IA|AIza/,
]

/** Whether a text may hold anything that the rules hide. */
export function isSuspicious(text: string): boolean {
  return SUSPICIOUS.some((form) => form.test(text))
}

/** A quoted text to its end, quotes of JSON within JSON too, or a word. */
const VALUE = String.raw`"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|\\"[^"]*"?|(?![=>])[^\s"'&,;\\]+`
/** What stands between a name and its value: `=`, or a colon before a quote. */
const IS = String.raw`(?:\\?["'])?\s{0,3}(?:=\s{0,3}|:\s{0,3}(?=\\?["']))`

/** Forms of secrets. What a first group matches stays, to tell what it was. In this order: what one hides does not look secret to the next. */
export const SECRETS: readonly RegExp[] = [
  // Private keys, also those that are cut off.
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  // Passwords in URLs, and users that are long enough to be tokens.
  /(:\/\/[^\s/?#@:"'<>]*:)[^\s/?#@"'<>]+(?:@[^\s/?#@"'<>]+)*(?=@)/g,
  /(:\/\/)[^\s/?#@:"'<>]{20,}(?=@)/g,
  // JWTs.
  /(?<![\w-])eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*/g,
  // Headers; of one whose scheme is none of these, scheme and token.
  /((?:authorization|x-api-key|x-auth-token)\s{0,3}[:=]\s{0,3}(?:(?:basic|bearer|digest|token|apikey)\s+)?)[^\s"',;]+(?:[ \t](?=[^\s"',;]{0,200}[\d=_])[^\s"',;]{12,})?/gi,
  /(cookie\s{0,3}[:=]\s{0,3})[^\s=;,"']{1,256}=[^\s;"']*(?:;\s{0,2}[^\s=;,"']+=[^\s;"']*)*/gi,
  // What is assigned to a name that speaks of secrets.
  new RegExp(`((?:(?:${WORDS})\\w{0,20}|[-_]pass|token|cookie|authorization)${IS})(?:${VALUE})`, 'gi'),
  /((?:pass(?:word|wd|phrase|code)|pwd)\s{0,3}:\s{1,3})(?!["'\\])[^\s,;]+/gi,
  /([?&](?:key|sig|auth|x-[\w-]{1,40})=)[^\s"'&#]+/gi,
  // Tokens as such.
  /\b((?:bearer|basic)\s{1,3})(?=\S{0,200}[\d=_])[\w.~+/=-]{12,}/gi,
  /(?<![\w-])(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|xox[abeoprs]-[\w-]{10,}|[sr]k_(?:live|test)_\w{16,}|sk-[\w-]{20,})/g,
  /(?<![\w-])(?:npm_[A-Za-z0-9]{36}|hf_[A-Za-z0-9]{20,}|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[\w-]{30,})/g,
]
