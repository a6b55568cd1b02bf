import { readFileSync } from 'node:fs'
import { EntenteError } from '../protocol/errors.ts'

/**
 * The text of a file that a variable names: credentials, or a seed. Secret.
 *
 * @throws EntenteError FILE_UNREADABLE, which names the variable and the path
 */
export function readSecretFile(variable: 'NATS_CREDS' | 'NATS_SIGNING_SEED_FILE', path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new EntenteError('FILE_UNREADABLE', `${variable}: ${path} cannot be read`, { cause })
  }
}
