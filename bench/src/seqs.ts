// The bytes of a message enter, the seqs of its first and last log leave, without parsing: the reader must not be what is measured.

const SEQ = '"seq":'

/** Undefined where the message holds no log. */
export function seqsIn(bytes: Buffer): { readonly first: number; readonly last: number } | undefined {
  const start = bytes.indexOf(SEQ)
  if (start < 0) return undefined
  return {
    first: numberAt(bytes, start + SEQ.length),
    last: numberAt(bytes, bytes.lastIndexOf(SEQ) + SEQ.length),
  }
}

/** The digits there, as a number. */
export function numberAt(bytes: Buffer, start: number): number {
  let value = 0
  for (let index = start; ; index += 1) {
    const digit = (bytes[index] ?? 0) - 48
    if (digit < 0 || digit > 9) return value
    value = value * 10 + digit
  }
}
