import { readFileSync } from 'node:fs'
import { EntenteError } from '../protocol/errors.ts'

/** @throws EntenteError FILE_UNREADABLE */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new EntenteError('FILE_UNREADABLE', `${file} cannot be read: ${why}`, { cause })
  }
}
