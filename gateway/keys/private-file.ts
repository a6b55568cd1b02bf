import { closeSync, fstatSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { EntenteError } from '../../protocol/errors.ts'

/** Group and others may not so much as read it. */
const FOREIGN_ACCESS = 0o077

/**
 * The text of a file that its owner alone may open.
 *
 * @param what for messages: `the keys`
 * @throws EntenteError FILE_UNREADABLE, without the text
 */
export function readPrivateFile(what: string, path: string): string {
  let file: number | undefined
  try {
    // Asked of the file that is open: nobody can put another in its place between question and reading.
    file = openSync(path, 'r')
    if (fstatSync(file).mode & FOREIGN_ACCESS) throw new Error('others may read it; its mode must be 0600')
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new EntenteError('FILE_UNREADABLE', `${what} in ${path}: ${(cause as Error).message}`)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/**
 * JSON from such a file.
 *
 * @throws EntenteError FILE_UNREADABLE. A parser's message quotes the text it stumbled on, which may be a key
 */
export function readPrivateJson(what: string, path: string): unknown {
  const text = readPrivateFile(what, path)
  try {
    return JSON.parse(text)
  } catch {
    throw new EntenteError('FILE_UNREADABLE', `${what} in ${path}: it is not JSON`)
  }
}

/**
 * Writes a new file of mode 0600; one that is there is never overwritten.
 *
 * @throws EntenteError FILE_UNWRITABLE
 */
export function writePrivateFile(what: string, path: string, text: string): void {
  try {
    writeFileSync(path, text, { mode: 0o600, flag: 'wx' })
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const why = code === 'EEXIST' ? 'a file is there, and none is overwritten' : message
    throw new EntenteError('FILE_UNWRITABLE', `${what} cannot be written to ${path}: ${why}`)
  }
}
