import { readFile } from 'node:fs/promises'
import { EntenteError } from '../protocol/errors.ts'

/**
 * The JSON of a bundle's file, whatever it holds.
 * @throws EntenteError FILE_UNREADABLE, BUNDLE_INVALID
 */
export async function readBundle(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(cause => {
    throw new EntenteError('FILE_UNREADABLE', `${file} cannot be read: ${cause.message}`, { cause })
  })
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new EntenteError('BUNDLE_INVALID', `${file} is not JSON`, { cause })
  }
}
