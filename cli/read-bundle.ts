import { EntenteError } from '../protocol/errors.ts'
import { readText } from './read-text.ts'

/**
 * The JSON of a bundle's file, whatever it holds.
 * @throws EntenteError FILE_UNREADABLE, BUNDLE_INVALID
 */
export function readBundle(file: string): unknown {
  const text = readText(file)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new EntenteError('BUNDLE_INVALID', `${file} is not JSON`, { cause })
  }
}
