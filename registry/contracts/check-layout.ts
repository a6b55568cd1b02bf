import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { EntenteError } from '../../protocol/errors.ts'

const script = fileURLToPath(new URL('../../contracts/layout.ts', import.meta.url))
const TIMEOUT_MS = 120_000

/**
 * Compares how this build lays out storage with the snapshot of what runs. It compiles for seconds, so it does that in a
 * process of its own; it needs the sources.
 *
 * @throws EntenteError LAYOUT_INCOMPATIBLE
 */
export async function checkLayout(): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, [script, '--check'], { timeout: TIMEOUT_MS })
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim()
    throw new EntenteError('LAYOUT_INCOMPATIBLE', said || (cause as Error).message, { cause })
  }
}
