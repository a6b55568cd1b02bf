let shown = ''

/** Says on standard error what is being done: in place on a terminal, elsewhere a line for each new piece of work. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
  else if (headOf(text) !== headOf(shown)) process.stderr.write(`${text}\n`)
  shown = text
}

/** Clears the line before something else is printed. */
export function progressDone(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  shown = ''
}

/** The piece of work, without how far it is. */
const headOf = (text: string) => text.split(':')[0]
